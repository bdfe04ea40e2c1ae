#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "io/directory.h"
#include "log/segment_index.h"
#include "log/verify/findings.h"
#include "record/batch_header.h"

namespace estream::log {

enum class IndexRules {
  exact,  // The entries are those that IndexWriter makes.
  safe,   // An entry is good if a search that starts at its place misses nothing.
};

// Compares the two indexes of a segment with its batches, which see() gets in order. It reports
// only the first fault of each index, and does not compare the rest of that index. The constructor
// reads the indexes. This is before the batches are read, so that every batch that an entry names
// is among them.
class IndexProof {
 public:
  IndexProof(const io::Directory& directory, Offset base, IndexRules rules, Findings& findings);

  void see(const BatchHeader& batch, std::uint64_t position);

  enum class End {
    sealed,  // The time index has to end with the largest timestamp.
    active,
    torn,  // The last batches could not be read, so entries for them are not judged.
  };
  void finish(End end);

 private:
  struct File {
    std::string name;
    std::string bytes = {};
    bool is_compared = false;  // False when the file is missing, and after the first fault.
    std::size_t next = 0;      // The next entry to compare.
    std::size_t count = 0;
  };

  void load(const io::Directory& directory, std::size_t entry_bytes, File& file);
  void measure(std::size_t entry_bytes, std::size_t offset_at, File& file);
  OffsetIndexEntry offset_entry(std::size_t number) const;
  TimeIndexEntry time_entry(std::size_t number) const;
  void fault(File& file, std::size_t entry_bytes, const std::string& what);

  void see_exact(const BatchHeader& batch, std::uint64_t position);
  void see_growth();
  void expect_offset_entry(Offset last_offset, std::uint64_t position);
  void expect_time_entry();
  void see_safe_offsets(const BatchHeader& batch, std::uint64_t position);
  void see_safe_times(const BatchHeader& batch);

  Offset base_;
  IndexRules rules_;
  Findings* findings_;
  File offsets_;
  File times_;
  std::uint64_t indexed_position_ = 0;
  Timestamp max_timestamp_;
  Offset max_timestamp_offset_;
  Timestamp matched_timestamp_;  // Of the last time entry that was correct.
  std::optional<OffsetIndexEntry> previous_offset_;
  std::optional<TimeIndexEntry> previous_time_;
};

}  // namespace estream::log
