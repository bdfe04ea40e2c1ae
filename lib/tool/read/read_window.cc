#include "tool/read/read_window.h"

#include <algorithm>

namespace estream::tool {

namespace {

// The smallest timestamp in the batch, where the header has it.
std::optional<Timestamp> smallest_timestamp(const BatchHeader& header, log::Layout layout) {
  if (header.timestamp_type == TimestampType::log_append_time) return header.max_timestamp;
  if (layout == log::Layout::kafka || header.has_delete_horizon) return std::nullopt;
  return header.base_timestamp;
}

Overlap overlap_in_time(const BatchHeader& header, log::Layout layout, const TimeRange& times) {
  if (times.is_everything()) return Overlap::all;
  if (!times.is_reached_by(header.max_timestamp)) return Overlap::none;
  const std::optional<Timestamp> smallest = smallest_timestamp(header, layout);
  if (!smallest) return Overlap::part;
  if (times.is_left_by(*smallest)) return Overlap::none;
  const bool is_inside = times.is_reached_by(*smallest) && !times.is_left_by(header.max_timestamp);
  return is_inside ? Overlap::all : Overlap::part;
}

Overlap overlap_in_offsets(const BatchHeader& header, const ReadWindow& window) {
  if (header.last_offset() < window.begin || header.base_offset >= window.end) return Overlap::none;
  if (!window.picks.empty()) {
    const auto pick = std::ranges::lower_bound(window.picks, header.base_offset);
    const bool has_one = pick != window.picks.end() && *pick <= header.last_offset();
    return has_one ? Overlap::part : Overlap::none;
  }
  const bool is_inside = header.base_offset >= window.begin && header.last_offset() < window.end;
  return is_inside ? Overlap::all : Overlap::part;
}

}  // namespace

Overlap overlap_of(const BatchHeader& header, log::Layout layout, const ReadWindow& window) {
  if (header.record_count == 0) return Overlap::none;
  const Overlap offsets = overlap_in_offsets(header, window);
  const Overlap times = overlap_in_time(header, layout, window.times);
  if (offsets == Overlap::none || times == Overlap::none) return Overlap::none;
  const bool is_all = offsets == Overlap::all && times == Overlap::all;
  return is_all ? Overlap::all : Overlap::part;
}

bool is_beyond(const BatchHeader& header, log::Layout layout, const TimeRange& times) {
  const std::optional<Timestamp> smallest = smallest_timestamp(header, layout);
  return smallest && times.is_left_by(*smallest);
}

}  // namespace estream::tool
