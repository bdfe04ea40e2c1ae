#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/duration.h"
#include "cli/options.h"
#include "cli/values.h"
#include "json/path.h"
#include "tool/read/batch_feed.h"
#include "tool/read/output_arguments.h"
#include "tool/read/read_arguments.h"
#include "tool/replay/record_copier.h"
#include "tool/write/write_values.h"

namespace estream::tool {

// The command line as it was typed.
struct ReplayArguments {
  ReadArguments read;
  OutputArguments output;
  std::optional<std::int64_t> max;
  std::optional<cli::Duration> timeout;
  OnCorrupt on_corrupt = OnCorrupt::stop;

  std::optional<double> speed;
  std::optional<cli::Duration> max_gap;
  std::optional<cli::Rate> rate;
  bool steps = false;
  bool is_dry_run = false;

  bool wants_state = false;
  bool includes_deleted = false;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::string> bisect;
  std::optional<std::string> branch;

  std::optional<std::string> into;
  std::optional<std::int32_t> partitions;
  std::optional<json::Path> key_field;
  std::vector<cli::KeyValue> headers;
  std::optional<Retime> retime;
  std::optional<std::string> producer;
  Sync sync;
  Compression compression;
};

// The options of estream-replay, which write to `arguments`.
cli::OptionTable replay_table(ReplayArguments& arguments);

}  // namespace estream::tool
