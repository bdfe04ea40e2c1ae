#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/types.h"
#include "log/maintenance/inventory.h"

namespace estream::log {

// What may go: a segment goes when one of the limits lets it. Kafka's rules: whole segments, oldest
// first, each limit stops at the first segment that it keeps, and the active one always stays.
struct RetentionLimits {
  // The newest record is more than this older than now. A segment without records goes, too; one
  // whose records have no times never does.
  std::optional<std::int64_t> max_age_ms = {};
  // The partition would still have at least this much without it.
  std::optional<std::int64_t> max_bytes = {};
  std::optional<std::int64_t> max_records = {};
  // There are more segments than this, the active one counted.
  std::optional<std::int64_t> max_segments = {};
  // All its offsets are below this one.
  std::optional<Offset> before = {};
  // All its times are before this one, by the headers: never by an index, which may be wrong.
  std::optional<Timestamp> before_time = {};
};

// How many of the sealed segments go.
std::size_t plan_retention(std::span<const SegmentSummary> sealed, const SegmentSummary& active,
                           const RetentionLimits& limits, Timestamp now);

}  // namespace estream::log
