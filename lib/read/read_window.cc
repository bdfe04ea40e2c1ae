#include "read/read_window.h"

#include <algorithm>

#include "base/work_meter.h"

namespace estream::read {

namespace {

Overlap overlap_in_time(const BatchHeader& header, std::optional<Timestamp> smallest,
                        const TimeRange& times) {
  if (!times.is_reached_by(header.max_timestamp)) return Overlap::none;
  if (is_beyond(smallest, times)) return Overlap::none;
  if (times.is_left_by(header.max_timestamp)) return Overlap::part;
  const bool is_inside = !times.since || (smallest && times.is_reached_by(*smallest));
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

void add_to_total(const ReadWindow& window) {
  const bool has_end = window.end != Offset{INT64_MAX};
  if (has_end && window.end > window.begin) work_meter().total += window.end - window.begin;
}

Overlap overlap_of(const BatchHeader& header, std::optional<Timestamp> smallest,
                   const ReadWindow& window) {
  if (header.record_count == 0) return Overlap::none;
  const Overlap offsets = overlap_in_offsets(header, window);
  const Overlap times = overlap_in_time(header, smallest, window.times);
  if (offsets == Overlap::none || times == Overlap::none) return Overlap::none;
  const bool is_all = offsets == Overlap::all && times == Overlap::all;
  return is_all ? Overlap::all : Overlap::part;
}

Overlap overlap_of(const BatchHeader& header, const log::PartitionReader& reader,
                   const ReadWindow& window) {
  return overlap_of(header, reader.smallest_timestamp(header), window);
}

bool is_beyond(std::optional<Timestamp> smallest, const TimeRange& times) {
  return smallest && times.is_left_by(*smallest);
}

}  // namespace estream::read
