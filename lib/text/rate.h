#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/duration.h"

namespace estream::text {

// `amount` records or bytes in every `per`; both are more than zero.
struct Rate {
  enum class Kind { records, bytes };

  Kind kind;
  std::int64_t amount;
  Duration per;

  friend bool operator==(const Rate&, const Rate&) = default;
};

// A speed limit: 500, 10k/s, 2M/m, 100/h are records (a second when nothing else is said), 10MiB/s
// and 500KB/s are bytes. Bytes must end in B: `10K/s` and `10k/s` would differ by a shift key.
Result<Rate> parse_rate(std::string_view text);

// For people: "310MiB/s". Always in this unit, so that two of them compare at a glance.
std::string format_byte_rate(std::int64_t bytes, std::chrono::duration<double> time);

}  // namespace estream::text
