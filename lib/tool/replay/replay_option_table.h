#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "json/path.h"
#include "read/batch_feed.h"
#include "text/duration.h"
#include "text/values.h"
#include "tool/arguments/output_arguments.h"
#include "tool/arguments/read_arguments.h"
#include "tool/arguments/write_values.h"
#include "tool/records/record_copier.h"

namespace estream::tool {

// The command line as it was typed.
struct ReplayArguments {
  ReadArguments read;
  OutputArguments output;
  std::optional<std::int64_t> max;
  std::optional<text::Duration> timeout;
  read::OnCorrupt on_corrupt = read::OnCorrupt::stop;

  std::optional<double> speed;
  std::optional<text::Duration> max_gap;
  std::optional<text::Rate> rate;
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
  std::vector<text::KeyValue> headers;
  std::optional<Retime> retime;
  std::optional<std::string> producer;
  Sync sync;
  Compression compression;
};

// The options of estream-replay, which write to `arguments`.
cli::OptionTable replay_table(ReplayArguments& arguments);

}  // namespace estream::tool
