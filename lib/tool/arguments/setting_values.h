#pragma once

#include <string_view>

#include "base/result.h"
#include "topic/topic_json.h"

namespace estream::tool {

// One `--set KEY=VALUE`. KEY is Kafka's name or a short one; times are written as 30d and sizes as
// 10G, or under Kafka's names as plain milliseconds and bytes; none is no limit:
//
//   retention.ms    retention, max-age        delete.retention.ms        keep-tombstones
//   retention.bytes max-size                  min.cleanable.dirty.ratio  min-dirty
//   segment.bytes                             cleanup.policy             policy
//   segment.ms                                null.keys                  null-keys
//   min.compaction.lag.ms  min-compaction-lag
//   max.compaction.lag.ms  max-compaction-lag
//
// null.keys is ours: refuse, drop or keep events without a key when keys are compacted.
Result<topic::TopicSetting> parse_topic_setting(std::string_view text);

// A number from 0 to 1.
Result<double> parse_share(std::string_view text);

}  // namespace estream::tool
