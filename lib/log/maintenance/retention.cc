#include "log/maintenance/retention.h"

#include <algorithm>

namespace estream::log {

namespace {

using Sealed = std::span<const SegmentSummary>;

template <class Predicate>
std::size_t count_while(Sealed sealed, Predicate may_go) {
  const auto kept = std::ranges::find_if_not(sealed, may_go);
  return static_cast<std::size_t>(kept - sealed.begin());
}

// How many segments can be deleted while at least `most` stays, measured by `amount_of`.
template <class Amount>
std::size_t beyond(Sealed sealed, const SegmentSummary& active, std::int64_t most,
                   Amount amount_of) {
  std::int64_t excess = amount_of(active) - most;
  for (const SegmentSummary& segment : sealed) excess += amount_of(segment);
  return count_while(sealed, [&](const SegmentSummary& segment) {
    if (excess < amount_of(segment)) return false;
    excess -= amount_of(segment);
    return true;
  });
}

}  // namespace

bool is_expired(const SegmentSummary& segment, std::int64_t max_age_ms, Timestamp now) {
  if (segment.record_count == 0) return true;
  return segment.max_timestamp.ms >= 0 && now - segment.max_timestamp > max_age_ms;
}

std::size_t count_below(Sealed sealed, Offset offset) {
  return count_while(sealed, [&](const SegmentSummary& segment) { return segment.end <= offset; });
}

std::size_t plan_retention(Sealed sealed, const SegmentSummary& active,
                           const RetentionLimits& limits, Timestamp now) {
  std::size_t count = 0;
  if (limits.max_age_ms) {
    count = std::max(count, count_while(sealed, [&](const SegmentSummary& segment) {
                       return is_expired(segment, *limits.max_age_ms, now);
                     }));
  }
  if (limits.max_bytes) {
    count = std::max(count, beyond(sealed, active, *limits.max_bytes, [](const auto& segment) {
                       return static_cast<std::int64_t>(segment.bytes);
                     }));
  }
  if (limits.max_records) {
    count = std::max(count, beyond(sealed, active, *limits.max_records,
                                   [](const auto& segment) { return segment.record_count; }));
  }
  if (limits.max_segments) {
    const auto most = static_cast<std::size_t>(std::max<std::int64_t>(*limits.max_segments, 1));
    if (sealed.size() + 1 > most) count = std::max(count, sealed.size() + 1 - most);
  }
  if (limits.before) count = std::max(count, count_below(sealed, *limits.before));
  if (limits.before_time) {
    count = std::max(count, count_while(sealed, [&](const SegmentSummary& segment) {
                       return segment.max_timestamp < *limits.before_time;
                     }));
  }
  return count;
}

}  // namespace estream::log
