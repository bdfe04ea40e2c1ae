#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "tool/produce/chunk_builder.h"
#include "tool/produce/chunk_reader.h"
#include "write/partition_writers.h"

namespace estream::tool {

struct ProduceOptions {
  write::WriteTarget target;
  ChunkReaderOptions input;
  BuildOptions build;

  std::int64_t sync_interval_ns = 100'000'000;

  std::optional<std::string> producer;  // Idempotent under this name.
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
