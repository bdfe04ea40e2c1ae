#include "group/position_slot.h"

#include <algorithm>

#include "base/crc32c.h"
#include "base/endian.h"

namespace estream::group {

namespace {

constexpr std::uint32_t slot_magic = 0x45534731;  // "ESG1"
constexpr std::size_t boot_id_at = 104;
constexpr std::size_t seal_at = 120;
constexpr std::size_t crc_at = 124;

std::uint32_t seal_of_slot(Bytes slot) { return crc32c(slot.subspan(8, 8)); }

}  // namespace

PositionSlotBytes encode_slot(const PositionSlot& slot) {
  PositionSlotBytes bytes = {};
  store_be(bytes, 0, slot_magic);
  store_be(bytes, 8, slot.sequence);
  store_be(bytes, 16, slot.generation);
  store_be(bytes, 24, slot.state.at);
  store_be(bytes, 32, static_cast<std::uint32_t>(slot.state.bytes));
  store_be(bytes, 36, slot.state.crc);
  store_be(bytes, 40, slot.pending.at);
  store_be(bytes, 48, slot.pending.bytes);
  store_be(bytes, 56, slot.pending.crc);
  store_be(bytes, 60, slot.writer_pid);
  store_be(bytes, 64, slot.written.ms);
  std::ranges::copy(slot.boot_id, bytes.begin() + boot_id_at);
  store_be(bytes, seal_at, seal_of_slot(bytes));
  store_be(bytes, crc_at, crc32c(Bytes(bytes).first(crc_at)));
  return bytes;
}

std::int64_t raw_sequence(Bytes bytes) { return load_be<std::int64_t>(bytes, 8); }

SlotSight decode_slot(Bytes bytes) {
  if (bytes.size() < position_slot_bytes ||
      load_be<std::uint32_t>(bytes, seal_at) != seal_of_slot(bytes)) {
    return {};
  }
  SlotSight sight = {.kind = SlotSight::Kind::damaged};
  if (load_be<std::uint32_t>(bytes, 0) != slot_magic ||
      load_be<std::uint32_t>(bytes, crc_at) != crc32c(bytes.first(crc_at))) {
    return sight;
  }
  PositionSlot& slot = sight.slot;
  slot.sequence = load_be<std::int64_t>(bytes, 8);
  slot.generation = load_be<std::int64_t>(bytes, 16);
  slot.state = {load_be<std::uint64_t>(bytes, 24), load_be<std::uint32_t>(bytes, 32),
                load_be<std::uint32_t>(bytes, 36)};
  slot.pending = {load_be<std::uint64_t>(bytes, 40), load_be<std::uint64_t>(bytes, 48),
                  load_be<std::uint32_t>(bytes, 56)};
  slot.writer_pid = load_be<std::int32_t>(bytes, 60);
  slot.written = {load_be<std::int64_t>(bytes, 64)};
  std::ranges::copy(bytes.subspan(boot_id_at, slot.boot_id.size()), slot.boot_id.begin());
  // Each is counted up, and must not overflow.
  const bool makes_sense = slot.sequence >= 0 && slot.sequence < INT64_MAX &&
                           slot.generation >= 0 && slot.generation < INT64_MAX;
  if (makes_sense) sight.kind = SlotSight::Kind::valid;
  return sight;
}

}  // namespace estream::group
