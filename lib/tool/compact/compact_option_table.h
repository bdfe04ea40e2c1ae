#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "log/maintenance/compaction.h"
#include "text/duration.h"
#include "tool/arguments/read_arguments.h"
#include "topic/topic_json.h"

namespace estream::tool {

// The command line as it was typed.
struct CompactArguments {
  ReadArguments read;
  bool wants_all_topics = false;

  std::optional<text::Duration> max_age;
  std::optional<std::int64_t> max_bytes;
  std::optional<std::int64_t> max_records;
  std::optional<std::int64_t> max_segments;
  std::vector<std::string> before;
  bool follows_policy = false;
  bool keeps_unread = false;

  bool compacts_keys = false;
  std::optional<text::Duration> keep_tombstones;
  std::optional<log::NullKeys> null_keys;
  std::optional<double> min_dirty;
  std::optional<text::Duration> min_lag;
  std::optional<text::Duration> max_lag;

  bool has_key_options() const { return keep_tombstones || min_dirty || min_lag || max_lag; }

  bool drops = false;

  std::optional<int> zstd_level;
  bool rolls = false;
  std::vector<topic::TopicSetting> settings;

  bool is_preview = false;
  bool is_json = false;
  std::optional<text::Duration> timeout;
};

// The options of estream-compact, which write to `arguments`.
cli::OptionTable compact_table(CompactArguments& arguments);

}  // namespace estream::tool
