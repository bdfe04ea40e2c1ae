#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "group/position_slot.h"
#include "group/position_state.h"
#include "io/directory.h"
#include "io/file.h"

namespace estream::group {

// What a position file says.
struct PositionContent {
  PositionSlot slot;
  PositionState state;
  std::string pending;  // Batches that are decided and may not be in their topics yet.
};

// The position of a group in one partition, or of a producer in its input. Two slots of 128 bytes,
// at 0 and 4096, say where the state and the pending batches are; these lie at multiples of 4096
// from 8192 on. A write puts them where no slot points to, and then overwrites the slot that was
// not synced last. So what was synced stays whole, and position and pending batches change
// together.
//
// Only the owner writes (see PositionClaim). After a failed sync this process
// must not use the file again: the next owner writes all of it anew.
class PositionFile {
 public:
  // Opens the file, or makes it with this state. Whatever a dead owner has written is synced
  // first, so that it cannot be lost later. Error::Code::corrupt when the file is damaged, or is
  // the file of another group, partition or producer.
  static Result<PositionFile> open(const io::Directory& directory, const std::string& name,
                                   const PositionState& fresh);

  // The same for somebody who owns nothing and only looks; nothing when there is no such file. The
  // owner may write meanwhile, so it looks again up to 100 times.
  static Result<std::optional<PositionContent>> look(const io::Directory& directory,
                                                     const std::string& name);

  const PositionContent& content() const { return content_; }
  const std::string& name() const { return file_.name(); }
  // What open() had to tell: a slot that a power loss took.
  const std::string& notice() const { return notice_; }

  // Begins the next generation, for `member`. The claim and the pending batches stay, and are
  // written anew.
  Result<void> take_over(std::string_view member);

  // Writes, without a sync: it survives the end of the process.
  Result<void> note(const PositionState& state, std::string_view pending = "");
  // Syncs what was noted. Does nothing when nothing was.
  Result<void> commit();
  // Gives back the room behind the last byte that is in use.
  Result<void> cut();

 private:
  explicit PositionFile(io::File file) : file_(std::move(file)) {}

  Place find_room(std::string_view bytes, const Place& taken) const;
  Result<void> put(const Place& place, std::string_view bytes);

  io::File file_;
  std::array<PositionSlot, 2> slots_;
  PositionContent content_;
  std::string notice_;
  std::size_t synced_slot_ = 0;
  bool is_dirty_ = false;
};

}  // namespace estream::group
