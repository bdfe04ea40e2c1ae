#include "log/commit_slot.h"

#include <algorithm>

#include "base/crc32c.h"
#include "base/endian.h"
#include "log/names.h"

namespace estream::log {

namespace {

constexpr std::uint32_t magic = 0x45534331;  // "ESC1"
constexpr std::uint32_t poisoned_flag = 1;
constexpr std::uint32_t rolling_flag = 2;
constexpr std::uint32_t indexes_whole_flag = 4;
constexpr std::uint32_t batches_ours_flag = 8;
constexpr std::uint32_t poison_magic = 0x4553504f;  // "ESPO"
constexpr int read_attempts = 100;
constexpr std::int64_t read_pause_ns = 50'000;

void store_position(MutableBytes slot, std::size_t at, const LogPosition& position) {
  store_be(slot, at, position.bytes);
  store_be(slot, at + 8, position.offset.value);
}

LogPosition load_position(Bytes slot, std::size_t at) {
  return {load_be<std::uint64_t>(slot, at), {load_be<std::int64_t>(slot, at + 8)}};
}

std::uint32_t seal_of(Bytes slot) { return crc32c(slot.subspan(commit_field::sequence, 8)); }

std::uint32_t seal_of(std::int64_t sequence) {
  std::array<std::byte, 8> bytes = {};
  store_be(bytes, 0, sequence);
  return crc32c(bytes);
}

std::uint32_t flags_of(const CommitState& state) {
  return (state.is_poisoned ? poisoned_flag : 0) | (state.is_rolling ? rolling_flag : 0) |
         (state.are_indexes_whole ? indexes_whole_flag : 0) |
         (state.are_batches_ours ? batches_ours_flag : 0);
}

bool makes_sense(const CommitState& state) {
  const auto within_written = [&](const LogPosition& position) {
    return position.bytes <= state.written.bytes && position.offset <= state.written.offset &&
           position.offset >= state.segment_base;
  };
  // Each of the first three is counted up, and must not overflow.
  return state.sequence >= 0 && state.sequence < INT64_MAX && state.generation >= 0 &&
         state.generation < INT64_MAX && state.epoch >= 0 && state.epoch < INT32_MAX &&
         state.segment_base >= Offset{0} && state.log_start_offset >= Offset{0} &&
         within_written(state.written) && within_written(state.synced) &&
         within_written(state.published) && state.log_start_offset <= state.published.offset;
}

}  // namespace

bool is_of_this_boot(const CommitState& state, io::System& system) {
  const std::optional<io::BootId> boot = system.boot_id();
  return boot && *boot == state.boot_id;
}

CommitSlot encode_commit(const CommitState& state) {
  CommitSlot slot = {};
  store_be(slot, commit_field::magic, magic);
  store_be(slot, commit_field::sequence, state.sequence);
  store_be(slot, commit_field::generation, state.generation);
  store_be(slot, commit_field::segment_base, state.segment_base.value);
  store_position(slot, commit_field::written, state.written);
  store_position(slot, commit_field::synced, state.synced);
  store_position(slot, commit_field::published, state.published);
  store_be(slot, commit_field::log_start_offset, state.log_start_offset.value);
  store_be(slot, commit_field::epoch, state.epoch);
  store_be(slot, commit_field::flags, flags_of(state));
  store_be(slot, commit_field::writer_pid, state.writer_pid);
  std::ranges::copy(state.boot_id, slot.begin() + commit_field::boot_id);
  store_be(slot, commit_field::seal, seal_of(slot));
  store_be(slot, commit_field::crc, crc32c(Bytes(slot).first(commit_field::crc)));
  return slot;
}

std::optional<CommitState> decode_commit(Bytes slot) {
  if (slot.size() != commit_slot_bytes ||
      load_be<std::uint32_t>(slot, commit_field::magic) != magic ||
      load_be<std::uint32_t>(slot, commit_field::crc) != crc32c(slot.first(commit_field::crc))) {
    return std::nullopt;
  }
  const auto flags = load_be<std::uint32_t>(slot, commit_field::flags);
  CommitState state = {
      .sequence = load_be<std::int64_t>(slot, commit_field::sequence),
      .generation = load_be<std::int64_t>(slot, commit_field::generation),
      .segment_base = {load_be<std::int64_t>(slot, commit_field::segment_base)},
      .written = load_position(slot, commit_field::written),
      .synced = load_position(slot, commit_field::synced),
      .published = load_position(slot, commit_field::published),
      .log_start_offset = {load_be<std::int64_t>(slot, commit_field::log_start_offset)},
      .epoch = load_be<std::int32_t>(slot, commit_field::epoch),
      .is_poisoned = (flags & poisoned_flag) != 0,
      .is_rolling = (flags & rolling_flag) != 0,
      .are_indexes_whole = (flags & indexes_whole_flag) != 0,
      .are_batches_ours = (flags & batches_ours_flag) != 0,
      .writer_pid = load_be<std::int32_t>(slot, commit_field::writer_pid),
  };
  std::ranges::copy(slot.subspan(commit_field::boot_id, state.boot_id.size()),
                    state.boot_id.begin());
  if (!makes_sense(state)) return std::nullopt;
  return state;
}

namespace {

// The result of one read of the file.
struct Sight {
  std::optional<CommitState> newest;
  bool is_certain = false;
};

// Whether an invalid slot may have been written after its twin. If its end is still the old one,
// its writer is in the middle of it, or died there. Then the writer has not yet told anybody about
// it.
bool may_be_newer(Bytes slot, const CommitState& twin) {
  const auto seal = load_be<std::uint32_t>(slot, commit_field::seal);
  if (seal == seal_of(twin.sequence + 1)) return true;
  if (seal == seal_of(twin.sequence - 1)) return false;
  return load_be<std::int64_t>(slot, commit_field::sequence) != twin.sequence - 1;
}

Sight look(Bytes content) {
  std::array<Bytes, 2> slots;
  std::array<std::optional<CommitState>, 2> states;
  for (std::size_t i = 0; i < slots.size(); i++) {
    const std::size_t at = i * commit_slot_stride;
    if (content.size() < at + commit_slot_bytes) continue;
    slots[i] = content.subspan(at, commit_slot_bytes);
    states[i] = decode_commit(slots[i]);
    // A slot with the sequence of the other place is a copy of its twin, and its own content is
    // lost.
    if (states[i] && states[i]->sequence % 2 != static_cast<std::int64_t>(i)) states[i].reset();
  }
  const bool is_second = states[1] && (!states[0] || states[1]->sequence > states[0]->sequence);
  Sight sight = {states[is_second ? 1 : 0]};
  if (!sight.newest) return sight;
  const std::size_t twin = is_second ? 0 : 1;
  sight.is_certain =
      states[twin] || (!slots[twin].empty() && !may_be_newer(slots[twin], *sight.newest));
  sight.newest->is_twin_damaged = !sight.is_certain;
  sight.newest->is_twin_to_mend = sight.is_certain && !states[twin];
  if (content.size() >= poison_mark_at + poison_mark_bytes) {
    const Bytes mark = content.subspan(poison_mark_at, poison_mark_bytes);
    sight.newest->is_poisoned |= counts_for(mark, *sight.newest);
  }
  return sight;
}

}  // namespace

Result<CommitState> read_commit(const io::File& file) {
  Sight sight;
  for (int attempt = 0; attempt < read_attempts; attempt++) {
    std::array<std::byte, commit_file_bytes> bytes = {};
    const std::size_t count = TRY(file.read_at(0, bytes));
    sight = look(Bytes(bytes).first(count));
    if (sight.is_certain) break;
    file.system().sleep_ns(read_pause_ns);
  }
  if (sight.newest) return *sight.newest;
  return Error{Error::Code::corrupt,
               file.name() +
                   ": both commit slots are damaged; the records are in the segments: "
                   "move this file aside and the next writer rebuilds it from them"};
}

Result<void> create_commit(const io::Directory& directory, CommitState state) {
  std::string content(commit_file_bytes, '\0');
  state.sequence = 0;
  for (const std::uint64_t at : {commit_slot_stride, std::uint64_t{0}}) {
    state.sequence++;
    const CommitSlot slot = encode_commit(state);
    content.replace(at, slot.size(), as_text(slot));
  }
  const std::string like = segment_file_name(state.segment_base, SegmentFile::log);
  return directory.replace_file(commit_file_name, content, like);
}

Result<void> write_commit(io::File& file, CommitState& state) {
  state.sequence++;
  const CommitSlot slot = encode_commit(state);
  const std::uint64_t at = state.sequence % 2 == 0 ? 0 : commit_slot_stride;
  return file.write_at(at, slot);
}

Result<void> note_failed_sync(io::File& file, CommitState& state) {
  state.is_poisoned = true;
  auto noted = write_commit(file, state);
  if (noted) return noted;
  state.sequence--;  // Use the same slot again: its twin is the last one that is certainly whole.
  return write_commit(file, state);
}

Result<void> sync_commit(io::File& file, CommitState& state) {
  auto synced = file.sync_data();
  if (!synced) (void)note_failed_sync(file, state);
  return synced;
}

Result<void> write_poison_mark(io::File& file, std::int64_t generation, Offset segment_base) {
  std::array<std::byte, poison_mark_bytes> mark = {};
  store_be(mark, 0, poison_magic);
  store_be(mark, 8, generation);
  store_be(mark, 16, segment_base.value);
  store_be(mark, 28, crc32c(Bytes(mark).first(28)));
  auto noted = file.write_at(poison_mark_at, mark);
  return noted ? noted : file.write_at(poison_mark_at, mark);
}

bool is_poison_mark(Bytes mark) {
  return load_be<std::uint32_t>(mark, 0) == poison_magic &&
         load_be<std::uint32_t>(mark, 28) == crc32c(mark.first(28));
}

bool is_unfinished_poison_mark(Bytes mark) {
  std::array<std::byte, 4> word = {};
  store_be(word, 0, poison_magic);
  std::size_t size = mark.size();
  while (size > 0 && mark[size - 1] == std::byte{0}) size--;
  const std::size_t known = std::min(size, word.size());
  return size > 0 && size < mark.size() &&
         std::ranges::equal(mark.first(known), Bytes(word).first(known));
}

bool counts_for(Bytes mark, const CommitState& state) {
  return is_poison_mark(mark) && load_be<std::int64_t>(mark, 8) == state.generation &&
         load_be<std::int64_t>(mark, 16) == state.segment_base.value;
}

}  // namespace estream::log
