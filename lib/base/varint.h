#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/types.h"

// The variable-length integers inside Kafka's records. The value is first folded so that small
// magnitudes become small unsigned numbers (0, -1, 1, -2 -> 0, 1, 2, 3: zigzag). Then it is cut
// into groups of seven bits, lowest first. The top bit of a byte is set when another byte follows.
// A varint holds 32 bits, a varlong 64.

namespace estream {

inline constexpr std::size_t varint_bytes_max = 5;
inline constexpr std::size_t varlong_bytes_max = 10;

namespace varint_detail {

constexpr std::uint64_t folded(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unfolded(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

constexpr std::uint64_t to_unsigned(char byte) { return static_cast<unsigned char>(byte); }

struct Taken {
  const char* next;  // The byte after the value; null if there is no value.
  std::uint64_t value;
};

// Reads a value of at most `bytes_max` bytes. It is not inline and does not use the cursor, so that
// a loop can keep its cursor in registers.
Taken take(const char* at, const char* end, std::size_t bytes_max);

}  // namespace varint_detail

// How many bytes store_varint and store_varlong write: 1 to 5, and 1 to 10.
constexpr std::size_t varlong_size(std::int64_t value) {
  const auto bits = static_cast<std::size_t>(std::bit_width(varint_detail::folded(value) | 1));
  return (bits + 6) / 7;
}
constexpr std::size_t varint_size(std::int32_t value) { return varlong_size(value); }

// These write the shortest form at `out`, where there must be room for it, and return the byte
// after it.
inline char* store_varlong(char* out, std::int64_t value) {
  std::uint64_t rest = varint_detail::folded(value);
  for (; rest >= 0x80; rest >>= 7) *out++ = static_cast<char>(rest | 0x80);
  *out++ = static_cast<char>(rest);
  return out;
}
inline char* store_varint(char* out, std::int32_t value) { return store_varlong(out, value); }

// Reads values from the beginning of unchecked bytes. The cursor fails at the first value that is
// cut short or too long. After this it returns 0 and empty views, and ok() is false, so that one
// check after several values covers them all. Forms longer than needed are accepted, and bits
// beyond the value's width are dropped, as in Kafka's reader.
class VarintCursor {
 public:
  explicit VarintCursor(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::int32_t varint() {
    const std::uint64_t low_bits = value(varint_bytes_max) & 0xFFFFFFFF;
    return static_cast<std::int32_t>(varint_detail::unfolded(low_bits));
  }

  std::int64_t varlong() { return varint_detail::unfolded(value(varlong_bytes_max)); }

  // The next `count` bytes as they are; a count below 0 or beyond the end fails.
  std::string_view bytes(std::int64_t count) {
    if (count < 0 || count > end_ - at_) {
      fail();
      return {};
    }
    const std::string_view taken(at_, static_cast<std::size_t>(count));
    at_ += count;
    return taken;
  }

  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  bool ok() const { return ok_; }

  void fail() {
    at_ = end_;
    ok_ = false;
  }

 private:
  // The next value, still folded. Nearly all values of a record have one or two bytes.
  std::uint64_t value(std::size_t bytes_max) {
    if (at_ != end_) {
      const std::uint64_t first = varint_detail::to_unsigned(at_[0]);
      if (first < 0x80) {
        at_ += 1;
        return first;
      }
      if (end_ - at_ >= 2 && varint_detail::to_unsigned(at_[1]) < 0x80) {
        const std::uint64_t second = varint_detail::to_unsigned(at_[1]);
        at_ += 2;
        return (first & 0x7F) | second << 7;
      }
    }
    const varint_detail::Taken taken = varint_detail::take(at_, end_, bytes_max);
    if (taken.next == nullptr) {
      fail();
      return 0;
    }
    at_ = taken.next;
    return taken.value;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace estream
