#pragma once

#include <optional>
#include <utility>

#include "base/result.h"
#include "group/group_directory.h"
#include "group/position_claim.h"
#include "io/directory.h"

namespace estream::group {

// A partition that this process owns for its group: the lock beside the position file is held, and
// so nobody else writes to that file. Whoever dies, however, gives the partition back at once.
class PartitionClaim {
 public:
  // Takes the partition for `member`, and begins the next generation of its position file. `fresh`
  // is the state of a partition that the group has not read yet. Nothing when somebody else owns
  // the partition.
  static Result<std::optional<PartitionClaim>> take(const io::Directory& group,
                                                    const PartitionName& name,
                                                    const PositionState& fresh);

  const PartitionName& name() const { return name_; }
  PositionFile& file() { return claim_.file(); }

  // The descriptor that holds the lock. A command that inherits it keeps the partition locked
  // until the last process that has it is gone.
  int lock_fd() const { return claim_.lock_fd(); }
  // Writes into the lock file which command works on the partition, for a person. 0 before the
  // first one is started: its process id is known only when it runs.
  Result<void> sign(int command_pid) { return claim_.sign(command_pid); }

 private:
  PartitionClaim(PartitionName name, PositionClaim claim)
      : name_(std::move(name)), claim_(std::move(claim)) {}

  PartitionName name_;
  PositionClaim claim_;
};

// Whether somebody owns the partition now.
Result<bool> is_owned(const io::Directory& group, const PartitionName& name);

// The process id of a command that still runs and keeps the partition, though the member that
// started it is dead; 0 if that is not known. Nothing when there is none.
Result<std::optional<int>> left_over_command(const io::Directory& group, const PartitionName& name);

}  // namespace estream::group
