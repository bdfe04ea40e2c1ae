#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"
#include "io/range_lock.h"
#include "log/maintenance/inventory.h"

namespace estream::log {

// Removes and replaces sealed segments of one partition. It holds the maintenance lock for as long
// as it lives. Producers and readers can go on meanwhile.
//
// Each step is on the device before the next one begins. So a log in which the process was killed
// at any point reads the same, and remove_leftovers() of the next run finishes the work.
class Maintenance {
 public:
  // The partition must have its commit file; a PartitionWriter makes it. Error::Code::busy when
  // another process maintains the partition for longer than the timeout.
  static Result<std::unique_ptr<Maintenance>> open(const io::Directory& directory,
                                                   std::int64_t lock_timeout_ns);

  // For a preview: takes no lock and opens no file. Only directory() may be used.
  static std::unique_ptr<Maintenance> preview(const io::Directory& directory);

  const io::Directory& directory() const { return directory_; }

  Result<Inventory> inventory() const { return take_inventory(directory_, commit_); }

  // To be called before anything is changed. Removes the files that killed runs have left: the
  // inventory's leftovers, new files that did not replace the old ones, temporary files, and
  // indexes without a segment. Rebuilds indexes that were not replaced together with their segment,
  // were removed, or have a hole. Afterwards readers may use all of the indexes.
  Result<void> remove_leftovers(const Inventory& inventory);

  // Removes these sealed segments, which are the oldest of the log. `start` is the new log start
  // offset.
  Result<void> remove_oldest(std::span<const SegmentSummary> segments, Offset start);

  // The name of the file that will replace a segment.
  static std::string new_name(Offset base);
  // Replaces the segment by the file that was written and synced under new_name(base), makes its
  // indexes, and removes the other segments that it covers. Readers that have the old files open
  // can go on reading them.
  Result<void> replace(Offset base, std::span<const Offset> covered);

 private:
  Maintenance(io::Directory directory, io::File commit, std::unique_ptr<io::File> lock,
              std::optional<io::RangeLock> held, std::int64_t lock_timeout_ns)
      : directory_(std::move(directory)),
        commit_(std::move(commit)),
        lock_(std::move(lock)),
        held_(std::move(held)),
        lock_timeout_ns_(lock_timeout_ns) {}

  // Writes and syncs both commit slots with at least this log start offset.
  Result<void> put_commit(Offset log_start);
  Result<void> remove_segment(Offset base);
  Result<void> write_indexes(Offset base, const std::string& log_name);
  Result<void> put_indexes(Offset base);
  Result<void> remove_unfinished(Offset active);
  Result<void> mend_indexes(const Inventory& inventory);
  Result<void> vouch_for_indexes(Offset active);
  Result<void> remove_dead_copy();

  io::Directory directory_;
  io::File commit_;
  std::unique_ptr<io::File> lock_;     // On the heap: the lock keeps its address.
  std::optional<io::RangeLock> held_;  // Nothing in a preview.
  std::int64_t lock_timeout_ns_;
};

}  // namespace estream::log
