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

// The right to remove and replace sealed segments of one partition: the maintenance lock, held for
// as long as this lives. Producers and readers go on meanwhile.
//
// Each step is on the device before the next one begins, so that a process that is killed anywhere
// leaves a log that reads the same, and remove_leftovers() of the next run finishes its work.
class Maintenance {
 public:
  // The partition must have its commit file; a PartitionWriter makes it. Error::Code::busy when
  // another process maintains the partition for longer than the timeout.
  static Result<std::unique_ptr<Maintenance>> open(const io::Directory& directory,
                                                   std::int64_t lock_timeout_ns);

  // For a preview: takes no lock, opens nothing, and has nothing but the directory.
  static std::unique_ptr<Maintenance> preview(const io::Directory& directory);

  const io::Directory& directory() const { return directory_; }

  Result<Inventory> inventory() const { return take_inventory(directory_, commit_); }

  // To be called before anything is changed. Removes what runs that died have left: the inventory's
  // leftovers, files that never took their place, temporary files, indexes without a segment; and
  // rebuilds indexes that were not replaced together with their segment, were removed, or have a
  // hole. Afterwards readers may rely on all of them.
  Result<void> remove_leftovers(const Inventory& inventory);

  // Removes the sealed segments, the log's oldest; `start` is where the log begins afterwards.
  Result<void> remove_oldest(std::span<const SegmentSummary> segments, Offset start);

  // The name of the file that is to replace a segment.
  static std::string new_name(Offset base);
  // Puts the file that was written and synced under new_name(base) in the place of the segment,
  // with new indexes, and removes the segments that it covers, too. Open descriptors of the old
  // files stay good.
  Result<void> replace(Offset base, std::span<const Offset> covered);

 private:
  Maintenance(io::Directory directory, io::File commit, std::unique_ptr<io::File> lock,
              std::optional<io::RangeLock> held, std::int64_t lock_timeout_ns)
      : directory_(std::move(directory)),
        commit_(std::move(commit)),
        lock_(std::move(lock)),
        held_(std::move(held)),
        lock_timeout_ns_(lock_timeout_ns) {}

  // Both commit slots are on the device, their log start offset at least this.
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
