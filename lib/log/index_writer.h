#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"
#include "record/batch_header.h"

namespace estream::log {

// Keeps the two indexes of the active segment while batches are appended, by Kafka's rule: an entry
// in each when more than 4096 bytes of log came since the last, never at position 0; the time index
// only when its timestamp grows, and once more when the segment is sealed.
//
// A time entry says that nothing up to its batch is later. One that is left out makes those after
// it false, and nothing short of reading the log tells. So there is never a hole before an entry of
// the offset index: entries of the time index are written first, also by a rebuild, and whoever
// goes on looks first whether all is there up to the end of the log. Killed or refused anywhere,
// the two files are the beginning of what they were to be.
class IndexWriter {
 public:
  // Opens the indexes of a segment to go on after the `log_bytes` it has. They must agree with the
  // log; recovery sees to that with rebuild(). Missing files are made,
  // and so are those that have another name as well.
  // `suffix` is added to the names, for indexes that are yet to take their place.
  static Result<IndexWriter> open(const io::Directory& directory, Offset segment_base,
                                  const std::string& suffix = "");

  // The batch that was written at `position`. After an error nothing may be added any more until a
  // reload() or a rebuild() succeeds.
  Result<void> add(const BatchHeader& batch, std::uint64_t position);
  // The largest timestamp of the segment is in the time index, as a broker expects it to be of a
  // log that nobody writes to at the moment.
  Result<void> complete();
  bool is_complete() const { return max_timestamp_ <= indexed_timestamp_; }
  // complete(), and both files on the device: the segment is sealed.
  Result<void> seal();
  // Writes both indexes anew for the first `log_bytes` of `log`.
  Result<void> rebuild(const io::File& log, std::uint64_t log_bytes);

  // Another process appended up to `log_bytes`: take over where its entries end. Indexes that were
  // removed, do not fit the log or do not reach its end are rebuilt.
  Result<void> reload(const io::File& log, std::uint64_t log_bytes);

 private:
  // One of the files, and the entries that are yet to be written to its end.
  struct Entries {
    std::string name;
    io::File file = {};
    std::uint64_t bytes = 0;
    std::vector<std::byte> unwritten = {};

    Result<void> write();
    Result<void> clear();
  };

  IndexWriter(io::Directory directory, Entries offsets, Entries times, Offset base)
      : directory_(std::move(directory)),
        offsets_(std::move(offsets)),
        times_(std::move(times)),
        base_(base) {}

  Result<void> open_file(Entries& entries) const;
  Result<void> reopen_replaced(Entries& entries) const;
  void see(const BatchHeader& batch);
  void see_at(const BatchHeader& batch, std::uint64_t position);
  void add_time_entry();
  Result<void> write();
  Result<bool> load_last_entries();
  Result<bool> goes_on(const io::File& log, std::uint64_t log_bytes);

  io::Directory directory_;
  Entries offsets_;
  Entries times_;
  Offset base_;
  Offset indexed_offset_;               // The last offset entry: where a batch ends ...
  std::uint64_t indexed_position_ = 0;  // ... that begins here; 0 when there is none.
  Timestamp indexed_timestamp_;         // Of the last time entry, or -1.
  Timestamp max_timestamp_;             // Seen so far ...
  Offset max_timestamp_offset_;         // ... and the last offset of the first batch that has it.
};

}  // namespace estream::log
