#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/types.h"
#include "group/place.h"
#include "io/system.h"

namespace estream::group {

// One of the two slots of a position file; see PositionFile.
struct PositionSlot {
  std::int64_t sequence = 0;    // One more with each write of a slot.
  std::int64_t generation = 0;  // One more with each takeover of the partition.
  Place state = {};
  Place pending = {};
  std::int32_t writer_pid = 0;  // To be shown to a person.
  Timestamp written = {};       // The same; no decision rests on it.
  io::BootId boot_id = {};      // Of the write.

  friend bool operator==(const PositionSlot&, const PositionSlot&) = default;
};

// Integers are big-endian.
//
//    at size field                          at size field
//     0    4  magic "ESG1"                  48    8  pending.bytes
//     4    4  zero                          56    4  pending.crc
//     8    8  sequence                      60    4  writer_pid
//    16    8  generation                    64    8  written
//    24    8  state.at                      72   32  zero
//    32    4  state.bytes                  104   16  boot_id
//    36    4  state.crc                    120    4  seal: CRC-32C of bytes 8-15
//    40    8  pending.at                   124    4  CRC-32C of bytes 0-123
inline constexpr std::size_t position_slot_bytes = 128;
inline constexpr std::uint64_t position_slot_stride = 4096;

using PositionSlotBytes = std::array<std::byte, position_slot_bytes>;

PositionSlotBytes encode_slot(const PositionSlot& slot);

struct SlotSight {
  enum class Kind {
    valid,
    unfinished,  // Its writer is in the middle of it, or died there. The other slot counts.
    damaged,
  };
  Kind kind = Kind::unfinished;
  PositionSlot slot = {};  // If it is valid.
};

SlotSight decode_slot(Bytes bytes);
// The number in a slot that may be unfinished.
std::int64_t raw_sequence(Bytes bytes);

}  // namespace estream::group
