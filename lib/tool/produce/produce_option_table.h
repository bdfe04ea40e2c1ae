#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "text/values.h"
#include "tool/arguments/write_values.h"
#include "tool/arguments/zone_arguments.h"
#include "tool/produce/chunk_reader.h"
#include "tool/records/chunk_builder.h"
#include "tool/records/sequence_value.h"
#include "write/partition_writers.h"

namespace estream::tool {

// That the key of the events has no event after an offset, or none at all.
struct ExpectedLast {
  std::optional<Offset> offset;
};

// How many events a consumer group may be behind in a partition that is written to.
struct LagLimit {
  std::string group;
  std::int64_t events_max = 0;
};

enum class OnFull { wait, fail };

// What estream-produce was asked to do.
struct ProduceOptions {
  write::WriteTarget target;
  ChunkReaderOptions input;
  BuildOptions build;

  std::int64_t sync_interval_ns = 100'000'000;

  std::optional<std::string> producer;  // Idempotent under this name.
  std::optional<SequenceValue> after;   // Where a new name of --dedup begins.
  std::optional<ExpectedLast> expected_last;
  bool is_atomic = false;
  std::vector<LagLimit> lag_limits;
  OnFull on_full = OnFull::wait;
  std::optional<std::int64_t> lag_timeout_ns;  // How long it waits then; nothing: for ever.
  std::optional<std::string> reject_path;
  std::optional<std::int64_t> reject_limit;
  bool prints_receipts = false;
  bool copies_input = false;  // --tee
  bool is_dry_run = false;
  int verbosity = 0;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;
};

// The command line as it was typed: options that need no look at others are in `options` already.
struct ProduceArguments {
  ProduceOptions options;
  std::optional<std::string> directory;
  std::vector<std::string> topics;
  std::optional<InputFormat> envelope;
  ZoneArguments zone;
  bool is_null_delimited = false;
  std::vector<text::KeyValue> headers;
  std::optional<InputFormat> format;
  std::optional<text::Rate> rate;
  bool is_quiet = false;
  std::optional<cli::Progress::Mode> progress;
  bool is_not_created = false;
  std::optional<OnFull> on_full;
  std::optional<std::int64_t> timeout_ns;
  Sync sync;
  Compression compression;
};

// The options of estream-produce, which write to `arguments`.
cli::OptionTable produce_table(ProduceArguments& arguments);

}  // namespace estream::tool
