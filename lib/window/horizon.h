#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/types.h"
#include "window/settings.h"
#include "window/state_bytes.h"
#include "window/time_sum.h"

namespace estream::window {

// How far an operator has come. In a sorted task no event before this time is to come any more; in
// another one it is the clock, because what does not wait has no use for Settings::grace_ms.
class Horizon {
 public:
  explicit Horizon(const Settings& settings)
      : grace_ms_(settings.is_sorted ? settings.grace_ms : 0) {}

  void advance(Timestamp clock) { now_ = std::max(now_, earlier(clock, grace_ms_)); }

  Timestamp now() const { return now_; }

  void save(std::string& out) const { save_number(out, now_.ms); }
  bool load(std::string_view& in) {
    VarintCursor cursor(in);
    now_ = {cursor.varlong()};
    skip_what_was_read(in, cursor);
    return cursor.ok();
  }

 private:
  std::int64_t grace_ms_;
  Timestamp now_ = {std::numeric_limits<std::int64_t>::min()};
};

}  // namespace estream::window
