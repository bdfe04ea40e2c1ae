#include "group/place.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/crc32c.h"

namespace estream::group {

namespace {

constexpr std::size_t piece_bytes = 1 << 20;

// Whether the bytes lie within the file.
Result<bool> is_inside(const io::File& file, const Place& place) {
  return place.end() >= place.at && place.end() <= TRY(file.size_bytes());
}

// Calls `take(offset, piece)` for the bytes in order, and answers whether they are those that the
// place means.
template <class Take>
Result<bool> read_pieces(const io::File& file, const Place& place, Take take) {
  if (place.is_none()) return true;
  if (!TRY(is_inside(file, place))) return false;
  std::vector<std::byte> buffer(std::min<std::uint64_t>(place.bytes, piece_bytes));
  std::uint32_t crc = 0;
  for (std::uint64_t done = 0; done < place.bytes;) {
    const auto piece = MutableBytes(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(place.bytes - done, piece_bytes)));
    if (TRY(file.read_at(place.at + done, piece)) < piece.size()) {
      // The size says that it is there: it is not what a power loss took.
      return Error::in_file(Error::Code::corrupt, file.name(),
                            "cannot be read to its end; restore the file from a copy");
    }
    crc = crc32c_extend(crc, piece);
    TRY(take(done, Bytes(piece)));
    done += piece.size();
  }
  return crc == place.crc;
}

}  // namespace

Place place_for(std::string_view bytes, std::uint64_t at) {
  return {at, bytes.size(), crc32c(std::as_bytes(std::span(bytes)))};
}

bool overlap(const Place& a, const Place& b) {
  return !a.is_none() && !b.is_none() && a.at < b.end() && b.at < a.end();
}

Result<bool> is_intact(const io::File& file, const Place& place) {
  return read_pieces(file, place, [](std::uint64_t, Bytes) { return Result<void>(); });
}

Result<std::optional<std::string>> read_place(const io::File& file, const Place& place) {
  std::string bytes;
  const bool is_right = TRY(read_pieces(file, place, [&](std::uint64_t, Bytes piece) {
    bytes += as_text(piece);
    return Result<void>();
  }));
  return is_right ? std::optional(std::move(bytes)) : std::nullopt;
}

Result<void> copy_place(io::File& file, const Place& place, std::uint64_t target) {
  const bool is_right = TRY(read_pieces(file, place, [&](std::uint64_t offset, Bytes piece) {
    return file.write_at(target + offset, piece);
  }));
  if (is_right) return {};
  return Error::in_file(Error::Code::corrupt, file.name(), "the pending batches are damaged");
}

}  // namespace estream::group
