#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"
#include "log/batch_reader.h"
#include "log/segment_index.h"

namespace estream::log {

// The base offsets of the `.log` files in a partition's directory, ascending.
Result<std::vector<Offset>> list_segments(const io::Directory& directory);

// The size of all log files of the partition together.
Result<std::uint64_t> log_bytes_of(const io::Directory& directory);

// Whether it is known that a segment's time index has no hole. If it is not known, an entry proves
// nothing, and a search by time reads the headers from the beginning.
enum class TimeIndexUse { whole, unproven };

// One `.log` file with its indexes, open for reading. The caller knows how far it may be read, and
// passes this position as `limit`. A missing or wrong index makes a search slower, but does not
// change its result.
class Segment {
 public:
  // Error::Code::not_found when there is no such segment (any more).
  static Result<Segment> open(const io::Directory& directory, Offset base);

  Offset base() const { return base_; }
  const io::File& log() const { return *log_; }
  BatchReader reader(std::uint64_t position, std::uint64_t limit) const {
    return BatchReader(*log_, position, limit);
  }

  // The position of a batch. All batches before it end below `target`.
  Result<std::uint64_t> position_before(Offset target, std::uint64_t limit) const;

  // The base offset of the first batch that holds a timestamp of `target` or later. If there is
  // damage before it, the offset at which the damage begins, so that a reader that starts there
  // meets it. `end` is the offset up to which the batches have to reach at least.
  Result<std::optional<Offset>> first_batch_reaching(Timestamp target, std::uint64_t limit,
                                                     Offset end = {},
                                                     TimeIndexUse use = TimeIndexUse::whole) const;

 private:
  Segment(io::File log, Offset base)
      : log_(std::make_unique<io::File>(std::move(log))), base_(base) {}

  bool is_sound(std::uint64_t position, std::uint64_t limit) const;
  Result<bool> leads_to_its_batch(const OffsetIndexEntry& entry, std::uint64_t limit) const;
  Result<std::uint64_t> position_after(const TimeIndexEntry& entry, std::uint64_t limit) const;

  std::unique_ptr<io::File> log_;  // On the heap: readers keep its address when this moves.
  Offset base_;
  std::optional<OffsetIndex> offsets_;
  std::optional<TimeIndex> times_;
};

}  // namespace estream::log
