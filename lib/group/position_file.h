#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "group/position_slot.h"
#include "group/position_state.h"
#include "io/directory.h"
#include "io/file.h"

namespace estream::group {

// What a position file says.
struct PositionContent {
  PositionSlot slot;
  PositionState state;

  // Whether there are batches that are decided and may not be in their topics yet.
  bool has_pending() const { return !slot.pending.is_none(); }
};

// The position of a group in one partition, or of a producer in its input. Two slots of 128 bytes,
// at 0 and 4096, say where the state and the pending batches are; these lie at multiples of 4096
// from 8192 on. A write puts them where no slot points to, and then overwrites the slot that was
// not synced last. So what was synced stays whole, and position and pending batches change
// together. A mark at 2048 says which slot that is, so that a takeover does not have to sync first.
//
// Only the owner writes (see PositionClaim). After a failed sync this process
// must not use the file again: the next owner writes all of it anew.
class PositionFile {
 public:
  // Opens the file, or makes it with this state. What a dead owner has noted may not be synced: see
  // commit(). Error::Code::corrupt when the file is damaged, or is
  // the file of another group, partition or producer.
  static Result<PositionFile> open(const io::Directory& directory, const std::string& name,
                                   const PositionState& fresh);
  // The same, of whomever the file is. It must exist.
  static Result<PositionFile> open(const io::Directory& directory, const std::string& name);

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
  // Writes pending batches bit by bit. They count with note_added(), which comes before any other
  // note.
  Result<void> add_pending(std::string_view bytes);
  Result<void> note_added(const PositionState& state);
  // Syncs what was noted, by a dead owner as well. Does nothing when nothing was.
  Result<void> commit();
  // Gives back the room behind the last byte that is in use.
  Result<void> cut();

  // Fills `out` with bytes of the pending batches, which must have so many from `offset` on.
  Result<void> read_pending(std::uint64_t offset, MutableBytes out) const;

 private:
  explicit PositionFile(io::File file) : file_(std::move(file)) {}

  std::uint64_t find_room(std::uint64_t bytes, const Place& taken) const;
  Result<void> put(const Place& place, std::string_view bytes);
  Result<void> write_slot(const PositionState& state, const Place& pending);

  io::File file_;
  std::array<PositionSlot, 2> slots_;
  PositionContent content_;
  std::string notice_;
  Place added_;  // What add_pending() has written so far.
  std::size_t synced_slot_ = 0;
  bool is_dirty_ = false;
};

}  // namespace estream::group
