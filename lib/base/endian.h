#pragma once

#include <bit>
#include <concepts>
#include <cstring>

#include "base/assert.h"
#include "base/types.h"

namespace estream {

namespace endian_detail {

template <std::integral T>
T swap_on_little_endian(T value) {
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2)
    return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  if constexpr (sizeof(T) == 4)
    return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  if constexpr (sizeof(T) == 8)
    return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
}

}  // namespace endian_detail

// The big-endian integer at `at`. All its bytes must be there.
template <std::integral T>
T load_be(Bytes bytes, std::size_t at) {
  ASSERT(at <= bytes.size() && sizeof(T) <= bytes.size() - at);
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return endian_detail::swap_on_little_endian(value);
}

// Stores `value` big-endian at `at`. There must be room for it.
template <std::integral T>
void store_be(MutableBytes bytes, std::size_t at, T value) {
  ASSERT(at <= bytes.size() && sizeof(T) <= bytes.size() - at);
  value = endian_detail::swap_on_little_endian(value);
  std::memcpy(bytes.data() + at, &value, sizeof(T));
}

}  // namespace estream
