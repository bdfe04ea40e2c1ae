#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace estream::window {

// Memory for many small blocks, without anything around each. Blocks do not move, and are aligned
// for every type. A block that is released is used for the next one of about the same size; the
// memory of a large one, above 64 KiB, is freed.
class BlockArena {
 public:
  using Place = std::uint32_t;
  static constexpr Place none = UINT32_MAX;

  // What is in it is not set.
  Place allocate(std::size_t bytes);
  // `bytes` as they were allocated.
  void release(Place place, std::size_t bytes);

  std::byte* at(Place place) { return chunks_[place >> unit_bits].get() + offset_of(place); }
  const std::byte* at(Place place) const {
    return chunks_[place >> unit_bits].get() + offset_of(place);
  }

 private:
  // A place is the number of a chunk and of a unit of 16 bytes in it.
  static constexpr std::size_t unit = 16;
  static constexpr unsigned unit_bits = 16;
  static constexpr std::size_t chunk_units_max = std::size_t{1} << unit_bits;

  static constexpr std::size_t large_units = chunk_units_max / 16;  // Has a chunk of its own.

  static std::size_t units_of(std::size_t bytes) {
    return bytes == 0 ? 1 : (bytes + unit - 1) / unit;
  }
  static std::size_t offset_of(Place place) { return (place & (chunk_units_max - 1)) * unit; }

  Place add_chunk(std::size_t units);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::vector<Place> free_chunks_;  // Places of large blocks that were released.
  std::vector<Place> released_;     // By size in units: the first block of a list of blocks.
  Place open_chunk_ = 0;            // The one that new blocks are taken from.
  std::size_t next_unit_ = 0;
  std::size_t chunk_units_ = 0;  // Of the open one.
};

}  // namespace estream::window
