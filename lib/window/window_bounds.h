#pragma once

#include <array>
#include <cstdint>

#include "base/types.h"
#include "window/settings.h"

namespace estream::window {

// The windows of tumble and hop. They have numbers that grow with their bounds.
//
// Windows of whole days begin where a local day begins, so they may be an hour shorter or longer;
// days are counted from 1970-01-01 on. In the years that RFC 3339 does not know, days are UTC.
class WindowBounds {
 public:
  explicit WindowBounds(const Settings& settings);

  struct Numbers {
    std::int64_t first;
    std::int64_t last;
  };
  // The windows that the time is in. There may be none if step_ms is larger than size_ms: then
  // first > last.
  Numbers around(Timestamp time) const;

  // Whether there may be a window of that number.
  bool has(std::int64_t number) const;
  Timestamp from(std::int64_t number) const;
  Timestamp to(std::int64_t number) const;

 private:
  std::int64_t day_of(Timestamp time) const;
  Timestamp begin_of_day(std::int64_t day) const;

  struct KnownDay {
    std::int64_t day = INT64_MIN;
    Timestamp begin;
  };

  bool is_by_days_;
  Zone zone_;
  std::int64_t size_;  // In days or milliseconds.
  std::int64_t step_;
  mutable std::array<KnownDay, 64> known_;  // To ask the clock is slow.
  mutable std::int64_t last_day_ = 0;
};

}  // namespace estream::window
