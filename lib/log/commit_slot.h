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

// The content of a partition's `commit` file: how far the active segment may be trusted. This file
// is the only one in the partition that is changed in place. Every segment before the active one is
// whole.
//
// written >= synced and written >= published. A reader stops at `published`, whatever the size of
// the file. Below `published` any mismatch is corruption.
struct CommitState {
  std::int64_t sequence = 0;    // Grows by one with each write of a slot.
  std::int64_t generation = 0;  // Grows with each recovery: then the files must be opened again.
  Offset segment_base;          // Which segment is active.
  LogPosition written;          // Complete batches in the page cache: safe from kill -9.
  LogPosition synced;           // On the device: safe from power loss.
  LogPosition published;        // What readers see.
  Offset log_start_offset;      // Records below it are deleted.
  std::int32_t epoch = 0;       // The leader epoch of new batches.
  bool is_poisoned = false;     // A sync of the active segment failed: it is never written again.
  bool is_rolling = false;  // A roll (which may leave an empty segment) or a recovery is not over.
  // Set only if the writers of the whole partition guarantee it. An earlier version of estream did
  // not, and writes slots without these two flags.
  bool are_indexes_whole = false;  // No time index lacks an entry before its last one.
  // No batch belongs to a transaction, and the base timestamp of each is its smallest one.
  bool are_batches_ours = false;
  std::int32_t writer_pid = 0;  // Only for a person who looks for the holder of the lock.
  io::BootId boot_id = {};      // Of the write. After another boot the page cache is lost.

  // Not stored: the other slot is damaged, and may have been newer.
  bool is_twin_damaged = false;
  // Not stored: the other slot is damaged, but it was older, or its writer died before it told
  // anybody of it. Readers can ignore this. The next writer repairs the slot.
  bool is_twin_to_mend = false;
};

// The file holds two slots, which are written in turn, because a read of a single slot may be torn
// (measured: 100 of 2.8 million reads of 64 bytes). Each slot is in a page of its own. All integers
// are big-endian. The seal at the end of a slot shows whether a bad slot is half written or
// damaged.
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

// Between the slots there may be a poison mark. A process writes it, without the lock, when it
// could not sync the active segment: magic "ESPO", zero (4 bytes), generation, segment_base (8
// each), zero (4), CRC-32C of bytes 0-27. It counts for that segment in that generation. A recovery
// begins a new generation.
inline constexpr std::uint64_t poison_mark_at = 2048;
inline constexpr std::size_t poison_mark_bytes = 32;

// Whether the slot was written in this boot of this machine. Then everything that was written is
// still there, synced or not. False when the system does not tell the id of its boot (a sandbox
// without /proc), because two such boots cannot be told apart.
bool is_of_this_boot(const CommitState& state, io::System& system);

using CommitSlot = std::array<std::byte, commit_slot_bytes>;

CommitSlot encode_commit(const CommitState& state);
// Nothing when the checksum or a field is wrong: the slot is torn or damaged.
std::optional<CommitState> decode_commit(Bytes slot);

// The newer of the two valid slots, poisoned also if the mark says so. A slot that is being written
// may be unreadable for a moment, and then the other slot counts. So this reads again several times
// before it reports that one slot is damaged, or that both are (Error::Code::corrupt).
Result<CommitState> read_commit(const io::File& file);

// Makes the commit file with `state` in both slots, so that there is a valid slot when the first
// update is torn. The file is complete and on the device, or it does not exist. The append lock
// must be held.
Result<void> create_commit(const io::Directory& directory, CommitState state);
// The sequence of the newer slot until the first update.
inline constexpr std::int64_t created_commit_sequence = 2;

// Writes `state` with the next sequence over the older slot. The append lock must be held.
Result<void> write_commit(io::File& file, CommitState& state);

// Writes `state` with the note that its last sync has failed. Only this note and the mark tell the
// next writer, so a write that fails is tried again.
Result<void> note_failed_sync(io::File& file, CommitState& state);

// Syncs the slot that was written last, which holds `state`. If the sync fails, some file systems
// go back to the content of the last good sync, and the older slot there may fit the segment too.
// So `state` is then written once more, with the note of the failed sync. The append lock must be
// held.
Result<void> sync_commit(io::File& file, CommitState& state);

// Writes the mark that nobody may write to the segment any more. No lock is needed.
Result<void> write_poison_mark(io::File& file, std::int64_t generation, Offset segment_base);
// Whether the bytes at poison_mark_at are a mark, for any segment.
bool is_poison_mark(Bytes mark);
// Whether they are the beginning of a mark, because its writer died before the end.
bool is_unfinished_poison_mark(Bytes mark);
// Whether they are a mark for the segment and the generation of `state`.
bool counts_for(Bytes mark, const CommitState& state);

}  // namespace estream::log
