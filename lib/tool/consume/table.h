#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/duration.h"
#include "cli/options.h"
#include "tool/read/batch_feed.h"
#include "tool/read/output_arguments.h"
#include "tool/read/read_arguments.h"
#include "tool/read/record_merge.h"

namespace estream::tool {

// The command line as it was typed.
struct ConsumeArguments {
  ReadArguments read;
  OutputArguments output;
  std::optional<std::int64_t> tail;
  std::optional<std::int64_t> max;
  std::optional<cli::Duration> timeout;
  std::optional<cli::Duration> idle;
  std::optional<std::string> cursor_file;
  std::optional<MergeOrder> order;
  OnCorrupt on_corrupt = OnCorrupt::stop;
  bool waits = false;
  bool follows = false;
  bool is_uncommitted = false;
  bool is_count = false;
  bool is_no_match_ok = false;
};

// The options of estream-consume, which write to `arguments`.
cli::OptionTable consume_table(ConsumeArguments& arguments);

}  // namespace estream::tool
