#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"
#include "record/batch_header.h"

namespace estream::log {

// Keeps the two indexes of the active segment while batches are appended, by Kafka's rule: an entry
// in each when more than 4096 bytes of log came since the last, never at position 0; the time index
// only when its timestamp grows, and once more when the segment is sealed.
class IndexWriter {
 public:
  // Opens the indexes of a segment to go on after the `log_bytes` it has. They must agree with the
  // log; recovery sees to that with rebuild(). Missing files are made.
  // `suffix` is added to the names, for indexes that are yet to take their place.
  static Result<IndexWriter> open(const io::Directory& directory, Offset segment_base,
                                  const std::string& suffix = "");

  // The batch that was written at `position`.
  Result<void> add(const BatchHeader& batch, std::uint64_t position);
  // The largest timestamp of the segment is in the time index, as a broker expects it to be of a
  // log that nobody writes to at the moment.
  Result<void> complete() { return add_time_entry(); }
  bool is_complete() const { return max_timestamp_ <= indexed_timestamp_; }
  // complete(), and both files on the device: the segment is sealed.
  Result<void> seal();
  // Writes both indexes anew for the first `log_bytes` of `log`.
  Result<void> rebuild(const io::File& log, std::uint64_t log_bytes);

  // Another process appended up to `log_bytes`: take over where its entries end. Indexes that do
  // not fit the log are rebuilt.
  Result<void> reload(const io::File& log, std::uint64_t log_bytes);

 private:
  IndexWriter(io::File offsets, io::File times, Offset base)
      : offsets_(std::move(offsets)), times_(std::move(times)), base_(base) {}

  void see(const BatchHeader& batch);
  Result<void> add_offset_entry(Offset last_offset, std::uint64_t position);
  Result<void> add_time_entry();

  io::File offsets_;
  io::File times_;
  Offset base_;
  std::uint64_t offset_entries_ = 0;
  std::uint64_t time_entries_ = 0;
  std::uint64_t indexed_position_ = 0;  // Of the last offset entry, or 0.
  Timestamp indexed_timestamp_;         // Of the last time entry, or -1.
  Timestamp max_timestamp_;             // Seen so far ...
  Offset max_timestamp_offset_;         // ... and the last offset of the first batch that has it.
};

}  // namespace estream::log
