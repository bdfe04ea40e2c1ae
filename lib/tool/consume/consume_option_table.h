#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/options.h"
#include "read/batch_feed.h"
#include "read/record_merge.h"
#include "text/duration.h"
#include "tool/arguments/output_arguments.h"
#include "tool/arguments/read_arguments.h"
#include "tool/consume/work_options.h"
#include "tool/group/group_options.h"

namespace estream::tool {

// The command line as it was typed.
struct ConsumeArguments {
  ReadArguments read;
  GroupArguments group;
  WorkArguments work;
  OutputArguments output;
  std::optional<std::int64_t> tail;
  std::optional<std::int64_t> max;
  std::optional<text::Duration> timeout;
  std::optional<text::Duration> idle;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::string> cursor_file;
  std::optional<read::MergeOrder> order;
  read::OnCorrupt on_corrupt = read::OnCorrupt::stop;
  bool waits = false;
  bool is_reversed = false;
  bool follows = false;
  bool is_uncommitted = false;
  bool is_count = false;
  bool is_no_match_ok = false;
};

// The options of estream-consume, which write to `arguments`.
cli::OptionTable consume_table(ConsumeArguments& arguments);

}  // namespace estream::tool
