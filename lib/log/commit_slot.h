#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"

namespace estream::log {

// A place in the active segment: the byte after a batch, and the offset that comes next there.
struct LogPosition {
  std::uint64_t bytes = 0;
  Offset offset;

  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

// What a partition's `commit` file says: how far the active segment may be trusted. It is the only
// thing in the partition that changes in place. Every segment before the active one is whole.
//
// written >= synced and written >= published. A reader stops at `published`, whatever the size of
// the file; below it any mismatch is corruption.
struct CommitState {
  std::int64_t sequence = 0;    // Grows by one with each write of a slot.
  std::int64_t generation = 0;  // Grows with each recovery: open descriptors may be of no use then.
  Offset segment_base;          // Which segment is active.
  LogPosition written;          // Complete batches in the page cache: safe from kill -9.
  LogPosition synced;           // On the device: safe from power loss.
  LogPosition published;        // What readers see.
  Offset log_start_offset;      // Records below it are deleted.
  std::int32_t epoch = 0;       // The leader epoch of new batches.
  bool is_poisoned = false;     // A sync of the active segment failed: it is never written again.
  bool is_rolling = false;  // A roll (which may leave an empty segment) or a recovery is not over.
  // The word of those who made all of it, for readers; an earlier version, which did not see to
  // them, writes a slot without.
  bool are_indexes_whole = false;  // No time index lacks an entry before one that it has.
  // No batch is of a transaction, and each one's base timestamp is the smallest in it.
  bool are_batches_ours = false;
  std::int32_t writer_pid = 0;  // For a person looking for the holder; no decision rests on it.
  io::BootId boot_id = {};      // The boot in which this was written: page cache lost if another.

  // Not stored: the other slot is damaged, and may have been newer.
  bool is_twin_damaged = false;
  // Not stored: the other slot is damaged, but was older, or its writer died before it had said
  // anything. Readers need not mind; the next writer makes it sound again.
  bool is_twin_to_mend = false;
};

// The file holds two slots, written in turn, because a single one is read torn (measured: 100 of
// 2.8 million reads of 64 bytes). Each lies in a page of its own; all integers are big-endian. The
// seal, at its end, is what tells a slot that is half written from one that is damaged.
//
//    at size field                          at size field
//     0    4  magic "ESC1"                  72    8  published.offset
//     4    4  zero                          80    8  log_start_offset
//     8    8  sequence                      88    4  epoch
//    16    8  generation                    92    4  flags: 1 poisoned, 2 rolling,
//    24    8  segment_base                           4 indexes whole, 8 batches ours
//    32    8  written.bytes                 96    4  writer_pid
//    40    8  written.offset               100    4  zero
//    48    8  synced.bytes                 104   16  boot_id
//    56    8  synced.offset                120    4  seal: CRC-32C of bytes 8-15
//    64    8  published.bytes              124    4  CRC-32C of bytes 0-123
inline constexpr std::size_t commit_slot_bytes = 128;
inline constexpr std::uint64_t commit_slot_stride = 4096;
inline constexpr std::size_t commit_file_bytes = commit_slot_stride + commit_slot_bytes;

// The places of the fields above.
namespace commit_field {
inline constexpr std::size_t magic = 0;
inline constexpr std::size_t sequence = 8;
inline constexpr std::size_t generation = 16;
inline constexpr std::size_t segment_base = 24;
inline constexpr std::size_t written = 32;
inline constexpr std::size_t synced = 48;
inline constexpr std::size_t published = 64;
inline constexpr std::size_t log_start_offset = 80;
inline constexpr std::size_t epoch = 88;
inline constexpr std::size_t flags = 92;
inline constexpr std::size_t writer_pid = 96;
inline constexpr std::size_t boot_id = 104;
inline constexpr std::size_t seal = 120;
inline constexpr std::size_t crc = 124;
}  // namespace commit_field

// Between the slots there may be a mark of poison, made without the lock by a process that could
// not sync the active segment: magic "ESPO", zero (4 bytes), generation, segment_base (8 each),
// zero (4), CRC-32C of bytes 0-27. It counts for that segment in that generation, which a recovery
// ends.
inline constexpr std::uint64_t poison_mark_at = 2048;
inline constexpr std::size_t poison_mark_bytes = 32;

// Whether the machine has not been started again since the slot was written, and this is no copy on
// another one: then what was written is still there, synced or not. A boot that the system does not
// tell (a sandbox without /proc) counts as another one, for no two of those can be told apart.
bool is_of_this_boot(const CommitState& state, io::System& system);

using CommitSlot = std::array<std::byte, commit_slot_bytes>;

CommitSlot encode_commit(const CommitState& state);
// Nothing when the checksum or a field makes no sense: torn, or damaged.
std::optional<CommitState> decode_commit(Bytes slot);

// The newer of the two valid slots, poisoned also if the mark says so. A slot that is being written
// may be unreadable for a moment: then it is the other one that counts, and before the answer is
// that one is damaged, or both (Error::Code::corrupt), this tries again.
Result<CommitState> read_commit(const io::File& file);

// Makes the commit file with `state` in both slots, so that a torn first update has a twin:
// complete and on the device, or not at all. The append lock must be held.
Result<void> create_commit(const io::Directory& directory, CommitState state);
// Of the newer slot as long as nobody wrote another one.
inline constexpr std::int64_t created_commit_sequence = 2;

// Writes `state` with the next sequence over the older slot. The append lock must be held.
Result<void> write_commit(io::File& file, CommitState& state);

// Writes `state` as one whose last sync has failed. This and the mark are the only notes of it, so
// one refusal is not taken for an answer.
Result<void> note_failed_sync(io::File& file, CommitState& state);

// Puts `state`, as it was written last, on the device. Where that fails, some file systems show the
// content of the last good sync again, and an older slot may fit the segment as well: so it is
// written once more, as one whose sync has failed. The append lock must be held.
Result<void> sync_commit(io::File& file, CommitState& state);

// Nobody may write to the segment any more. No lock is needed.
Result<void> write_poison_mark(io::File& file, std::int64_t generation, Offset segment_base);
// Whether the bytes at poison_mark_at are such a mark, of whatever segment, and whether it counts.
bool is_poison_mark(Bytes mark);
// Whether it is the beginning of one, whose writer died there.
bool is_unfinished_poison_mark(Bytes mark);
bool counts_for(Bytes mark, const CommitState& state);

}  // namespace estream::log
