#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/file.h"

namespace estream::group {

// Bytes in a position file, outside of the slots.
struct Place {
  std::uint64_t at = 0;  // 0: none.
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;  // CRC-32C.

  bool is_none() const { return at == 0; }
  std::uint64_t end() const { return at + bytes; }
  friend bool operator==(const Place&, const Place&) = default;
};

Place place_for(std::string_view bytes, std::uint64_t at);
bool overlap(const Place& a, const Place& b);

// Whether the file has the bytes that the place means. Reads them piece by piece.
Result<bool> is_intact(const io::File& file, const Place& place);
// The bytes; nothing when they are not those that the place means.
Result<std::optional<std::string>> read_place(const io::File& file, const Place& place);
// Copies the bytes to `target`, piece by piece. Error::Code::corrupt when they are not those that
// the place means.
Result<void> copy_place(io::File& file, const Place& place, std::uint64_t target);

}  // namespace estream::group
