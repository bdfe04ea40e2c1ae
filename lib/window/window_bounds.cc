#include "window/window_bounds.h"

#include "base/date_time.h"
#include "base/rfc3339.h"
#include "text/local_clock.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

constexpr std::int64_t day_ms = day_s * 1000;

}  // namespace

WindowBounds::WindowBounds(const Settings& settings)
    : is_by_days_(settings.is_by_days),
      zone_(settings.zone),
      size_(settings.size_ms / (is_by_days_ ? day_ms : 1)),
      step_(settings.op == Operator::hop ? settings.step_ms / (is_by_days_ ? day_ms : 1) : size_) {}

bool WindowBounds::has(std::int64_t number) const {
  const std::int64_t max = INT64_MAX / step_ / (is_by_days_ ? day_ms : 1);
  return -max <= number && number <= max;
}

WindowBounds::Numbers WindowBounds::around(Timestamp time) const {
  const std::int64_t at = is_by_days_ ? day_of(time) : time.ms;
  const std::int64_t last = floor_divide(at, step_);
  const std::int64_t outside = later({at}, -size_).ms;
  return {floor_divide(outside, step_) + 1, last};
}

Timestamp WindowBounds::from(std::int64_t number) const {
  return is_by_days_ ? begin_of_day(number * step_) : Timestamp{number * step_};
}

Timestamp WindowBounds::to(std::int64_t number) const {
  if (is_by_days_) return begin_of_day(number * step_ + size_);
  return later({number * step_}, size_);
}

Timestamp WindowBounds::begin_of_day(std::int64_t day) const {
  std::int64_t ms = 0;
  if (__builtin_mul_overflow(day, day_ms, &ms)) return {day < 0 ? INT64_MIN : INT64_MAX};
  if (zone_ == Zone::utc || !has_rfc3339(ms)) return {ms};
  KnownDay& known = known_[static_cast<std::uint64_t>(day) % known_.size()];
  if (known.day != day) known = {day, {text::first_instant_at(day * day_s) * 1000}};
  return known.begin;
}

// The last day that has begun by then. A clock that is set back at midnight shows the day before
// again, but that is over.
std::int64_t WindowBounds::day_of(Timestamp time) const {
  if (zone_ == Zone::utc || !has_rfc3339(time.ms)) return floor_divide(time.ms, day_ms);
  std::int64_t day = last_day_;
  if (time < begin_of_day(day) || time >= begin_of_day(day + 1))
    day = floor_divide(time.ms, day_ms);
  while (time < begin_of_day(day)) day--;
  while (time >= begin_of_day(day + 1)) day++;
  last_day_ = day;
  return day;
}

}  // namespace estream::window
