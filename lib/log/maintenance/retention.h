#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/types.h"
#include "log/maintenance/inventory.h"

namespace estream::log {

// When a segment is deleted: if at least one of these conditions is true for it. The rules are
// Kafka's: whole segments are deleted, the oldest first. Each condition stops at the first segment
// for which it is false. The active segment always stays.
struct RetentionLimits {
  // The newest record is older than this. A segment without records is deleted, too. A segment
  // whose records have no times stays.
  std::optional<std::int64_t> max_age_ms = {};
  // Without the segment, the partition would still have at least this much.
  std::optional<std::int64_t> max_bytes = {};
  std::optional<std::int64_t> max_records = {};
  // There are more segments than this, and the active one counts.
  std::optional<std::int64_t> max_segments = {};
  // All its offsets are below this one.
  std::optional<Offset> before = {};
  // All its times are before this one, by the headers. An index is not used, because it may be
  // wrong.
  std::optional<Timestamp> before_time = {};
};

// Whether max_age_ms is over for the segment, sealed or not.
bool is_expired(const SegmentSummary& segment, std::int64_t max_age_ms, Timestamp now);

// How many of the sealed segments, from the first on, have only offsets below this one.
std::size_t count_below(std::span<const SegmentSummary> sealed, Offset offset);

// How many of the sealed segments are to be deleted.
std::size_t plan_retention(std::span<const SegmentSummary> sealed, const SegmentSummary& active,
                           const RetentionLimits& limits, Timestamp now);

}  // namespace estream::log
