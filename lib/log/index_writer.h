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

// Writes the two indexes of the active segment while batches are appended. The rule is Kafka's:
// each index gets an entry when more than 4096 bytes of log were written since the last entry, but
// never for position 0. The time index gets an entry only when its timestamp grows, and one more
// when the segment is sealed.
//
// A time entry says that no batch up to its own is later. If an entry is missing, the entries after
// it may be false, and only reading the log shows it. So time entries are written before offset
// entries, also by a rebuild: there is never a hole before an entry of the offset index. A writer
// that goes on first checks that the entries reach the end of the log. If a writer is killed, or a
// write fails, both files are correct up to their ends.
class IndexWriter {
 public:
  // Opens the indexes of a segment. They must agree with its log; recovery ensures this with
  // rebuild(). A file that is missing, or that has another name as well, is made new. `suffix` is
  // added to the names, for new indexes that will replace the old ones.
  static Result<IndexWriter> open(const io::Directory& directory, Offset segment_base,
                                  const std::string& suffix = "");

  // Takes in the batch that was written at `position`. After an error nothing may be added until a
  // reload() or a rebuild() succeeds.
  Result<void> add(const BatchHeader& batch, std::uint64_t position);
  // Puts the largest timestamp of the segment into the time index. A broker expects this of a log
  // that nobody writes to at the moment.
  Result<void> complete();
  bool is_complete() const { return max_timestamp_ <= indexed_timestamp_; }
  // Calls complete() and syncs both files. For a segment that is sealed.
  Result<void> seal();
  // Builds both indexes again for the first `log_bytes` of `log`.
  Result<void> rebuild(const io::File& log, std::uint64_t log_bytes);

  // Goes on behind the entries of another process, which appended up to `log_bytes`. Indexes that
  // were removed, do not fit the log or do not reach its end are rebuilt.
  Result<void> reload(const io::File& log, std::uint64_t log_bytes);

 private:
  // One of the files, and the entries that are not yet written to its end.
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
