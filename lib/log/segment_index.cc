#include "log/segment_index.h"

#include <array>

#include "base/endian.h"

namespace estream::log {

namespace {

// The first number in [low, high) for which `holds` is false; it must be true up to there.
template <class Predicate>
Result<std::uint64_t> partition_point(std::uint64_t low, std::uint64_t high, Predicate holds) {
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const bool answer = TRY(holds(middle));
    if (answer) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

template <std::size_t size>
Result<std::array<std::byte, size>> read_entry(const io::File& file, std::uint64_t number) {
  std::array<std::byte, size> bytes = {};
  const std::size_t count = TRY(file.read_at(number * size, bytes));
  // The file was cut since it was measured. Zeros count as unused.
  if (count < size) bytes = {};
  return bytes;
}

// How many entries are in use; `offset_at` is where an entry has its relative offset.
template <std::size_t size>
Result<std::uint64_t> used_entries(const io::File& file, std::size_t offset_at) {
  const std::uint64_t bytes = TRY(file.size_bytes());
  const std::uint64_t capacity = bytes / size;
  if (capacity == 0) return 0;
  const auto first = TRY(read_entry<size>(file, 0));
  if (first == std::array<std::byte, size>{}) return 0;
  return partition_point(1, capacity, [&](std::uint64_t number) -> Result<bool> {
    const auto entry = TRY(read_entry<size>(file, number));
    return load_be<std::int32_t>(entry, offset_at) > 0;
  });
}

}  // namespace

Result<std::uint64_t> OffsetIndex::entry_count() const {
  return used_entries<offset_index_entry_bytes>(file_, 0);
}

Result<OffsetIndexEntry> OffsetIndex::entry(std::uint64_t number) const {
  const auto bytes = TRY(read_entry<offset_index_entry_bytes>(file_, number));
  return OffsetIndexEntry{base_ + load_be<std::uint32_t>(bytes, 0),
                          load_be<std::uint32_t>(bytes, 4)};
}

Result<std::optional<OffsetIndexEntry>> OffsetIndex::floor(Offset target) const {
  const std::uint64_t count = TRY(entry_count());
  const auto is_before = [&](std::uint64_t number) -> Result<bool> {
    const OffsetIndexEntry middle = TRY(entry(number));
    return middle.last_offset <= target;
  };
  const std::uint64_t above = TRY(partition_point(0, count, is_before));
  if (above == 0) return std::optional<OffsetIndexEntry>();
  const OffsetIndexEntry found = TRY(entry(above - 1));
  // The entry may have changed since it was compared.
  return found.last_offset <= target ? std::optional(found) : std::nullopt;
}

Result<std::uint64_t> TimeIndex::entry_count() const {
  return used_entries<time_index_entry_bytes>(file_, 8);
}

Result<TimeIndexEntry> TimeIndex::entry(std::uint64_t number) const {
  const auto bytes = TRY(read_entry<time_index_entry_bytes>(file_, number));
  return TimeIndexEntry{{load_be<std::int64_t>(bytes, 0)},
                        base_ + load_be<std::uint32_t>(bytes, 8)};
}

Result<std::optional<TimeIndexEntry>> TimeIndex::below(Timestamp target) const {
  const std::uint64_t count = TRY(entry_count());
  const auto is_before = [&](std::uint64_t number) -> Result<bool> {
    const TimeIndexEntry middle = TRY(entry(number));
    return middle.max_timestamp < target;
  };
  const std::uint64_t above = TRY(partition_point(0, count, is_before));
  if (above == 0) return std::optional<TimeIndexEntry>();
  const TimeIndexEntry found = TRY(entry(above - 1));
  return found.max_timestamp < target ? std::optional(found) : std::nullopt;
}

}  // namespace estream::log
