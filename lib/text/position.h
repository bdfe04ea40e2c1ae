#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/time.h"

namespace estream::text {

// Where in a partition to begin or end.
struct Position {
  enum class Kind {
    earliest,    // The first record kept.
    latest,      // The log end offset.
    absolute,    // Offset `value`.
    from_start,  // `value` records after the first.
    from_end,    // `value` records before the end.
    time,        // The first record at or after `value`, in milliseconds since the Unix epoch.
  };

  Kind kind = Kind::earliest;
  std::int64_t value = 0;
  std::optional<std::int32_t> partition = {};  // When only this one is meant.

  friend bool operator==(const Position&, const Position&) = default;
};

// earliest | latest | N | +N | -N | @TIME | PARTITION=any of these. TIME is that of parse_time; its
// own @ need not be written twice.
Result<Position> parse_position(std::string_view text, const TimeContext& context);

// Partition numbers, "0,2,5-7", in ascending order and each once. At most 100 000, so that a slip
// of the finger in a range does not fill the memory.
Result<std::vector<std::int32_t>> parse_partitions(std::string_view text);

}  // namespace estream::text
