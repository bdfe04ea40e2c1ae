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
constexpr std::size_t crc_at = 124;
constexpr std::size_t boot_id_at = 104;
constexpr int read_attempts = 100;
constexpr std::int64_t read_pause_ns = 50'000;

void store_position(MutableBytes slot, std::size_t at, const LogPosition& position) {
  store_be(slot, at, position.bytes);
  store_be(slot, at + 8, position.offset.value);
}

LogPosition load_position(Bytes slot, std::size_t at) {
  return {load_be<std::uint64_t>(slot, at), {load_be<std::int64_t>(slot, at + 8)}};
}

bool makes_sense(const CommitState& state) {
  const auto within_written = [&](const LogPosition& position) {
    return position.bytes <= state.written.bytes && position.offset <= state.written.offset &&
           position.offset >= state.segment_base;
  };
  return state.sequence >= 0 && state.segment_base >= Offset{0} && state.epoch >= 0 &&
         state.log_start_offset >= Offset{0} && within_written(state.written) &&
         within_written(state.synced) && within_written(state.published);
}

}  // namespace

CommitSlot encode_commit(const CommitState& state) {
  CommitSlot slot = {};
  store_be(slot, 0, magic);
  store_be(slot, 8, state.sequence);
  store_be(slot, 16, state.generation);
  store_be(slot, 24, state.segment_base.value);
  store_position(slot, 32, state.written);
  store_position(slot, 48, state.synced);
  store_position(slot, 64, state.published);
  store_be(slot, 80, state.log_start_offset.value);
  store_be(slot, 88, state.epoch);
  store_be(slot, 92,
           (state.is_poisoned ? poisoned_flag : 0) | (state.is_rolling ? rolling_flag : 0));
  store_be(slot, 96, state.writer_pid);
  std::ranges::copy(state.boot_id, slot.begin() + boot_id_at);
  store_be(slot, crc_at, crc32c(Bytes(slot).first(crc_at)));
  return slot;
}

std::optional<CommitState> decode_commit(Bytes slot) {
  if (slot.size() != commit_slot_bytes || load_be<std::uint32_t>(slot, 0) != magic ||
      load_be<std::uint32_t>(slot, crc_at) != crc32c(slot.first(crc_at))) {
    return std::nullopt;
  }
  const auto flags = load_be<std::uint32_t>(slot, 92);
  CommitState state = {
      .sequence = load_be<std::int64_t>(slot, 8),
      .generation = load_be<std::int64_t>(slot, 16),
      .segment_base = {load_be<std::int64_t>(slot, 24)},
      .written = load_position(slot, 32),
      .synced = load_position(slot, 48),
      .published = load_position(slot, 64),
      .log_start_offset = {load_be<std::int64_t>(slot, 80)},
      .epoch = load_be<std::int32_t>(slot, 88),
      .is_poisoned = (flags & poisoned_flag) != 0,
      .is_rolling = (flags & rolling_flag) != 0,
      .writer_pid = load_be<std::int32_t>(slot, 96),
  };
  std::ranges::copy(slot.subspan(boot_id_at, state.boot_id.size()), state.boot_id.begin());
  if (!makes_sense(state)) return std::nullopt;
  return state;
}

Result<CommitState> read_commit(const io::File& file) {
  for (int attempt = 0; attempt < read_attempts; attempt++) {
    std::array<std::byte, commit_file_bytes> bytes = {};
    const std::size_t count = TRY(file.read_at(0, bytes));
    const Bytes content = Bytes(bytes).first(count);
    std::optional<CommitState> newest;
    for (const std::size_t at : {std::size_t{0}, std::size_t{commit_slot_stride}}) {
      if (content.size() < at + commit_slot_bytes) continue;
      const auto state = decode_commit(content.subspan(at, commit_slot_bytes));
      if (state && (!newest || state->sequence > newest->sequence)) newest = state;
    }
    if (newest) return *newest;
    file.system().sleep_ns(read_pause_ns);
  }
  return Error{Error::Code::corrupt,
               file.name() +
                   ": both commit slots are damaged; the records are in the segments: "
                   "move this file aside and the next writer rebuilds it from them"};
}

Result<void> create_commit(const io::Directory& directory, CommitState state) {
  std::string content(commit_file_bytes, '\0');
  for (const std::uint64_t at : {commit_slot_stride, std::uint64_t{0}}) {
    state.sequence++;
    const CommitSlot slot = encode_commit(state);
    content.replace(at, slot.size(), as_text(slot));
  }
  return directory.replace_file(commit_file_name, content);
}

Result<void> write_commit(io::File& file, CommitState& state) {
  state.sequence++;
  const CommitSlot slot = encode_commit(state);
  const std::uint64_t at = state.sequence % 2 == 0 ? 0 : commit_slot_stride;
  return file.write_at(at, slot);
}

}  // namespace estream::log
