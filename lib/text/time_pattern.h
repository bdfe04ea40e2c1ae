#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "base/zone.h"

namespace estream::text {

// A pattern for the times in events, of strptime(3)'s conversions with English names, and %N: the
// digits of a fraction of a second, as many as there are.
//
//   %d/%b/%Y:%H:%M:%S %z     10/Oct/2026:13:55:36 +0200
//
// %z is Z, +02:00, +0200 or +02. The name of a zone (%Z) may mean several zones, and is refused.
class TimePattern {
 public:
  // Error::Code::usage for a pattern that does not tell the day, or tells the hour without its half
  // of the day.
  static Result<TimePattern> parse(std::string_view pattern);

  bool has_zone() const { return has_zone_; }

  // The time in `text`, all of which must fit; nothing if it does not, or if there is no such day.
  // Without %z it is a time of `zone`; see instant_of_wall_s(). The result may lie before 1970.
  std::optional<Timestamp> read(std::string_view text, Zone zone) const;

 private:
  std::string whole_;        // For strptime: without %N.
  std::string to_fraction_;  // The part before %N; empty when there is none.
  bool has_fraction_ = false;
  bool has_zone_ = false;
};

// A date and a time of day without a zone, as 2026-11-20T14:03:05.123, by the clock of `zone`. A
// date alone is its midnight.
// Nothing for any other text.
std::optional<Timestamp> read_zoneless_time(std::string_view text, Zone zone);

}  // namespace estream::text
