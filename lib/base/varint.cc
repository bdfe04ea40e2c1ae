#include "base/varint.h"

#include <algorithm>

namespace estream::varint_detail {

Taken take(const char* at, const char* end, std::size_t bytes_max) {
  const std::size_t count = std::min(bytes_max, static_cast<std::size_t>(end - at));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; i++) {
    const std::uint64_t byte = to_unsigned(at[i]);
    value |= (byte & 0x7F) << (7 * i);
    if (byte < 0x80) return {at + i + 1, value};
  }
  return {nullptr, 0};
}

}  // namespace estream::varint_detail
