#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "log/partition_writer.h"
#include "tool/chunk_builder.h"
#include "tool/chunk_reader.h"
#include "topic/topic_name.h"

namespace estream::tool {

struct ProduceOptions {
  topic::TopicRef topic;
  ChunkReaderOptions input;
  BuildOptions build;

  log::SyncLevel sync_level = log::SyncLevel::interval;
  std::int64_t sync_interval_ns = 100'000'000;
  std::int64_t lock_timeout_ns = 10'000'000'000;

  bool creates_topic = true;
  std::optional<std::int32_t> partitions;     // Of a topic that is made.
  std::optional<std::int64_t> segment_bytes;  // Of a topic that is made.
  std::optional<std::string> producer;        // Idempotent under this name.
  std::optional<std::string> reject_path;
  std::optional<std::int64_t> reject_limit;
  bool prints_receipts = false;
  bool copies_input = false;  // --tee
  bool is_dry_run = false;
  int verbosity = 0;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;
};

struct ProduceRequest {
  cli::ParseOutcome outcome;  // Anything but `run` is to be printed, and `options` is not set.
  ProduceOptions options;
};

// The command line of estream-produce, checked. man/estream-produce.1 describes it.
Result<ProduceRequest> parse_produce_options(cli::Args args);

}  // namespace estream::tool
