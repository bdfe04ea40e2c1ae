#include "log/old_batch.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/endian.h"
#include "record/batch_header.h"

namespace estream::log {

namespace {

//   at  size  field
//    0     8  offset      of the message, or of the last one in it
//    8     4  length      bytes after this field
//   12     4  crc         of everything from 16 on
//   16     1  magic
//   17     1  attributes  then a time (magic 1 only), a key and a value with their lengths
constexpr std::size_t front_bytes = 17;
constexpr std::uint64_t length_end = 12;
constexpr std::uint64_t crc_start = 16;
constexpr std::size_t piece_bytes = 64 << 10;
constexpr std::int32_t shortest[] = {14, 22};  // By magic.

Result<std::uint32_t> crc_of(const io::File& log, std::uint64_t from, std::uint64_t to) {
  std::vector<std::byte> buffer(std::min<std::uint64_t>(piece_bytes, to - from));
  uLong crc = crc32(0, nullptr, 0);
  while (from < to) {
    const auto wanted = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), to - from));
    const std::size_t count = TRY(log.read_at(from, wanted));
    if (count == 0) break;
    crc = crc32(crc, reinterpret_cast<const Bytef*>(buffer.data()), static_cast<uInt>(count));
    from += count;
  }
  return static_cast<std::uint32_t>(crc);
}

}  // namespace

Result<std::optional<OldBatch>> find_old_batch(const io::File& log, std::uint64_t position,
                                               std::uint64_t limit) {
  const std::optional<OldBatch> none;
  if (limit < position + front_bytes) return none;
  std::array<std::byte, front_bytes> front = {};
  const std::size_t count = TRY(log.read_at(position, front));
  if (count < front.size()) return none;
  const int magic = load_be<std::int8_t>(front, crc_start);
  if (magic != 0 && magic != 1) return none;
  const auto length = load_be<std::int32_t>(front, 8);
  const auto offset = load_be<std::int64_t>(front, 0);
  if (length < shortest[magic] || static_cast<std::size_t>(length) > batch_bytes_max) return none;
  if (offset < 0 || offset == INT64_MAX) return none;
  const std::uint64_t end = position + length_end + static_cast<std::uint64_t>(length);
  if (end > limit) return none;
  const std::uint32_t crc = TRY(crc_of(log, position + crc_start, end));
  if (crc != load_be<std::uint32_t>(front, length_end)) return none;
  return std::optional(OldBatch{{offset}, end - position, magic});
}

}  // namespace estream::log
