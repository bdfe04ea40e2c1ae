#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "group/position_state.h"
#include "io/directory.h"
#include "tool/window/window_section.h"
#include "window/task.h"

namespace estream::tool {

// What the position file of a group remembers of a task, so that the next owner has the same
// windows: see WindowSection.
class WindowMemory {
 public:
  // `fingerprint` is all that decides about results. Checkpoints lie in `group`, beside the file.
  WindowMemory(const io::Directory& group, std::string position_file, std::string_view fingerprint,
               std::size_t sources);

  // Takes what the state of the file says. Error::Code::usage when it is of other windows, and
  // Error::Code::corrupt when it is damaged.
  Result<void> read(const group::PositionState& state);

  // Brings a new task to where a restart begins: that is the checkpoint if the task needs one or if
  // it saves reading, else the oldest open window. `make` makes a new task. Error::Code::corrupt
  // when the task needs a checkpoint that is not there; with `goes_on`, it begins without memory.
  using MakeTask = std::function<std::unique_ptr<window::Task>()>;
  Result<std::unique_ptr<window::Task>> restart(const group::PositionState& state,
                                                const MakeTask& make, bool goes_on);
  // Where the reading of a source begins after that.
  Offset restart_offset(const group::PositionState& state, std::uint32_t source) const;

  // In their order. Marks before a restart offset are done.
  const std::vector<window::IdleMark>& marks() const { return marks_; }
  void add_mark(const window::IdleMark& mark);

  // Writes into the state what a restart needs when the task has had everything before these
  // offsets. `has_ended`: and when nothing of that is open any more.
  void note(const window::Task& task, const std::vector<Offset>& next, bool has_ended,
            group::PositionState& state);

  // Saves the task as the next checkpoint. A commit of the noted state has to follow.
  Result<void> write_checkpoint(const window::Task& task, const std::vector<Offset>& next);
  // How many offsets a restart would have to read again.
  std::int64_t offsets_to_repeat(const window::Task& task, const std::vector<Offset>& next) const;
  bool has_checkpoint() const { return checkpoint_.has_value(); }

 private:
  enum class Start { oldest_window, checkpoint, position };

  Result<std::unique_ptr<window::Task>> load(const MakeTask& make, std::string& why) const;
  bool is_checkpoint_better(const group::PositionState& state) const;
  void drop_old_marks(const group::PositionState& state);

  const io::Directory* group_;
  std::string position_file_;
  std::uint64_t hash_;
  std::vector<Timestamp> clocks_;  // Before `needed`.
  std::vector<window::IdleMark> marks_;
  std::optional<CheckpointRef> checkpoint_;  // That is worth reading.
  std::optional<CheckpointRef> last_;        // That was written.
  Start start_ = Start::oldest_window;
};

}  // namespace estream::tool
