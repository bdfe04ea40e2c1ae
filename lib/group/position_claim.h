#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "group/position_file.h"
#include "io/directory.h"
#include "io/file.h"
#include "io/range_lock.h"

namespace estream::group {

// The file beside a position file that its owner keeps locked.
std::string lock_file_of(std::string_view position_file);

// A position file that this process owns: the lock beside it is held, and so nobody else writes to
// it. Whoever dies, however, gives the file back at once.
class PositionClaim {
 public:
  // Takes the file for `fresh.member`, and begins its next generation. `fresh` is the state of a
  // file that does not exist yet. Nothing when somebody else owns it.
  static Result<std::optional<PositionClaim>> take(const io::Directory& directory,
                                                   const std::string& name,
                                                   const PositionState& fresh);
  // The same of a file that another owner may have left, for `member`. Nothing also when there is
  // none; then what its owner left beside it is removed.
  static Result<std::optional<PositionClaim>> take_left(const io::Directory& directory,
                                                        const std::string& name,
                                                        const std::string& member);

  // Of the file, as messages have it.
  const std::string& name() const { return position_.name(); }
  PositionFile& file() { return position_; }

  // The descriptor that holds the lock. A process that inherits it keeps the file locked until the
  // last process that has it is gone.
  int lock_fd() const { return file_->fd(); }
  // Writes into the lock file which command works for the owner, for a person. 0 before the first
  // one is started: its process id is known only when it runs.
  Result<void> sign(int command_pid);

 private:
  template <class Open>
  static Result<std::optional<PositionClaim>> take_with(const io::Directory& directory,
                                                        const std::string& name,
                                                        const std::string& member, Open open);

  PositionClaim(std::unique_ptr<io::File> file, io::RangeLock lock, PositionFile position)
      : file_(std::move(file)), lock_(std::move(lock)), position_(std::move(position)) {}

  std::unique_ptr<io::File> file_;  // On the heap: the lock keeps its address.
  io::RangeLock lock_;
  PositionFile position_;
};

// Whether somebody owns the position file now.
Result<bool> is_owned(const io::Directory& directory, const std::string& name);

}  // namespace estream::group
