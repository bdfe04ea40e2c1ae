#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "io/file.h"

namespace estream::log {

// A segment's two sparse indexes, Kafka's `.index` and `.timeindex`, for reading. Both are hints:
// the user of an entry checks the batch that it leads to. A broker preallocates its active indexes
// and fills them with zeros, so the used part ends at the first zero entry after the first entry.

//   offset index, 8 bytes an entry: offset - segment base (i32), position (i32)
struct OffsetIndexEntry {
  Offset last_offset;  // Of the batch that begins at `position`.
  std::uint64_t position = 0;
};
inline constexpr std::size_t offset_index_entry_bytes = 8;

//   time index, 12 bytes an entry: timestamp (i64), offset - segment base (i32)
struct TimeIndexEntry {
  Timestamp max_timestamp;  // The largest in the segment up to here ...
  Offset last_offset;       // ... and the last offset of the (first) batch that holds it.
};
inline constexpr std::size_t time_index_entry_bytes = 12;

class OffsetIndex {
 public:
  OffsetIndex(io::File file, Offset segment_base) : file_(std::move(file)), base_(segment_base) {}

  Result<std::uint64_t> entry_count() const;
  Result<OffsetIndexEntry> entry(std::uint64_t number) const;
  // The last entry whose batch ends at or before `target`.
  Result<std::optional<OffsetIndexEntry>> floor(Offset target) const;

 private:
  io::File file_;
  Offset base_;
};

class TimeIndex {
 public:
  TimeIndex(io::File file, Offset segment_base) : file_(std::move(file)), base_(segment_base) {}

  Result<std::uint64_t> entry_count() const;
  Result<TimeIndexEntry> entry(std::uint64_t number) const;
  // The last entry with a timestamp below `target`: no batch up to it reaches `target`.
  Result<std::optional<TimeIndexEntry>> below(Timestamp target) const;

 private:
  io::File file_;
  Offset base_;
};

}  // namespace estream::log
