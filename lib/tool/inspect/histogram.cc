#include "tool/inspect/histogram.h"

#include <algorithm>
#include <array>

#include "base/date_time.h"
#include "base/rfc3339.h"
#include "text/local_clock.h"

namespace estream::tool {

namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::array<std::int64_t, 24> round_lengths = {
    10, 100, second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute, hour, 3 * hour,
    6 * hour, 12 * hour, day, 7 * day, 28 * day, 84 * day, 364 * day, 1820 * day, 18200 * day,
    182000 * day,
    // Beyond these there are only times that were read in the wrong unit.
    1'820'000 * day, 18'200'000 * day, 182'000'000 * day, 5'000'000'000 * day};

}  // namespace

// C libraries know the zones of the years that RFC 3339 has.
bool Histogram::follows_clock() const { return zone_ == Zone::local && bucket_ms_ > hour; }

// What the clock is ahead of UTC, as far as it moves the beginnings of buckets.
std::int64_t Histogram::shift_ms(std::int64_t ms) const {
  if (zone_ == Zone::utc || !has_rfc3339(ms)) return 0;
  const std::int64_t offset_ms = zone_offset_s(zone_, floor_divide(ms, second)) * second;
  return follows_clock() ? offset_ms : offset_ms % bucket_ms_;
}

std::int64_t Histogram::number_of(Timestamp time) const {
  return floor_divide(time.ms + shift_ms(time.ms), bucket_ms_);
}

// The first bucket of all begins before the smallest time that there is.
Timestamp Histogram::begin_of_number(std::int64_t number) const {
  std::int64_t ms = 0;
  if (__builtin_mul_overflow(number, bucket_ms_, &ms)) return {INT64_MIN};
  if (zone_ == Zone::utc || !has_rfc3339(ms)) return {ms};
  if (follows_clock()) return {text::first_instant_at(floor_divide(ms, second)) * second};
  return {ms - shift_ms(ms)};
}

Timestamp Histogram::begin_of(Timestamp time) const { return begin_of_number(number_of(time)); }

void Histogram::add(Timestamp time, std::int64_t records, std::int64_t bytes) {
  Bucket& bucket = time == Timestamp{} ? timeless_ : buckets_[number_of(time)];
  bucket.records += records;
  bucket.bytes += bytes;
}

void Histogram::add(const std::vector<Timestamp>& times, std::int64_t bytes) {
  const auto count = static_cast<std::int64_t>(times.size());
  for (std::int64_t i = 0; i < count; i++) {
    // So that the shares add up to the whole.
    const std::int64_t share = bytes / count + (i < bytes % count ? 1 : 0);
    add(times[static_cast<std::size_t>(i)], 1, share);
  }
}

std::optional<std::vector<Histogram::Row>> Histogram::rows(std::size_t rows_max) const {
  std::vector<Row> rows;
  if (timeless_.records > 0) rows.push_back({Timestamp{}, timeless_});
  if (buckets_.empty()) return rows;
  const std::int64_t first = buckets_.begin()->first;
  const std::int64_t last = buckets_.rbegin()->first;
  const auto span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  if (span >= rows_max) {
    if (buckets_.size() > rows_max) return std::nullopt;
    for (const auto& [number, bucket] : buckets_) rows.push_back({begin_of_number(number), bucket});
    return rows;
  }
  for (std::uint64_t i = 0; i <= span; i++) {
    const std::int64_t number = first + static_cast<std::int64_t>(i);
    const auto found = buckets_.find(number);
    rows.push_back({begin_of_number(number), found == buckets_.end() ? Bucket() : found->second});
  }
  return rows;
}

std::int64_t Histogram::fitting_bucket_ms(Timestamp first, Timestamp last, std::int64_t rows) {
  const auto span = static_cast<std::uint64_t>(last.ms) - static_cast<std::uint64_t>(first.ms);
  // Where the first row begins is not known: one row more may be needed.
  const auto fits = [&](std::int64_t length) {
    return span / static_cast<std::uint64_t>(length) < static_cast<std::uint64_t>(rows - 1);
  };
  const auto found = std::ranges::find_if(round_lengths, fits);
  return found == round_lengths.end() ? round_lengths.back() : *found;
}

}  // namespace estream::tool
