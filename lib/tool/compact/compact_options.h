#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "base/zone.h"
#include "cli/options.h"
#include "cli/run.h"
#include "io/system.h"
#include "log/maintenance/compaction.h"
#include "log/maintenance/retention.h"
#include "read/partition_source.h"
#include "read/record_selection.h"
#include "text/position.h"
#include "tool/arguments/command.h"
#include "topic/topic_json.h"

namespace estream::tool {

// What consumer groups have not read in a partition.
struct Unread {
  Offset needed;      // The oldest offset that a group needs ...
  std::string group;  // ... and that group.
};

// What is to be done to each partition.
struct CompactPlan {
  log::RetentionLimits limits;
  std::vector<text::Position> before;  // position_for() says which one counts.
  std::optional<log::KeyCompaction> keys;
  std::optional<Unread> unread;  // It is neither deleted nor compacted.
  std::optional<read::RecordSelection> dropped;
  std::optional<int> zstd_level;
  Timestamp now;
  Zone zone = Zone::utc;  // Of times in messages.
  std::int64_t lock_timeout_ns = 10'000'000'000;
  bool rolls = false;
  bool rolls_expired = false;  // Seals the active segment when its time is over, as a broker does.
  // The same when its first event is older than keys->max_lag_ms.
  bool rolls_overdue = false;
  log::Effect effect = log::Effect::apply;

  bool deletes() const {
    return limits.max_age_ms || limits.max_bytes || limits.max_records || limits.max_segments ||
           !before.empty();
  }
  bool does_nothing() const { return !deletes() && !keys && !dropped && !zstd_level && !rolls; }
};

// What estream-compact was asked to do, checked and free of contradictions.
struct CompactOptions {
  read::SourceRequest sources;
  bool wants_all_topics = false;
  CompactPlan plan;
  bool follows_policy = false;  // Each topic's own settings complete the plan.
  bool keeps_unread = false;    // Each partition's groups complete it.
  std::optional<log::NullKeys> null_keys;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;
  std::vector<topic::TopicSetting> settings;  // To be changed; then there is nothing else to do.
  bool is_json = false;
  bool is_quiet = false;
};

// Reads the command line, the config file and, for times and the data root, clock and environment.
// Sets how much is said on stderr.
Result<Command<CompactOptions>> parse_compact_options(io::System& system, cli::Args args);

}  // namespace estream::tool
