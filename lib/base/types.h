#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace estream {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

// The place of a record in its partition. The place of a byte in a file is a `position`, a
// std::uint64_t. Only the offset index turns one into the other.
struct Offset {
  std::int64_t value = 0;

  friend auto operator<=>(Offset, Offset) = default;
  friend Offset operator+(Offset offset, std::int64_t count) { return {offset.value + count}; }
  friend std::int64_t operator-(Offset a, Offset b) { return a.value - b.value; }
};

// Milliseconds since the Unix epoch, as Kafka stores them; -1 is "no timestamp".
struct Timestamp {
  std::int64_t ms = -1;

  friend auto operator<=>(Timestamp, Timestamp) = default;
  friend std::int64_t operator-(Timestamp a, Timestamp b) { return a.ms - b.ms; }
};

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace estream
