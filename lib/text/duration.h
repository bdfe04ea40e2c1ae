#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::text {

// Never negative, at most 100,000 days, so that it can be added to the uptime.
using Duration = std::chrono::nanoseconds;

// A length of time:
//
//   (number unit)+   ns us ms s m (or min) h d w     90s  1h30m  2d  1.5h
//                    seconds minutes hours days weeks  30days  "1 day 3 hours"
//   ISO 8601         P[nW][nD][T[nH][nM][nS]]        P1DT2H  PT0.5S
//
// A number without a unit is an error, because everybody guesses another one; but 0 needs none.
// Months and years, which have no fixed length, are errors, too.
Result<Duration> parse_duration(std::string_view text);

// For people: "1h30m", "45s", "12d", the two largest units at most; below ten seconds with a
// fraction, "1.25s", "0.0031s". Parsed back, it is about the same length.
std::string format_duration(std::chrono::duration<double> length);

}  // namespace estream::text
