#pragma once

#include <cstdint>
#include <string>

#include "group/position_slot.h"
#include "group/position_state.h"

// The example of the format: the group `enrich`, owned by m1, has read orders/2 up to 200 and works
// on what is before 300. It writes into `out`, which has two partitions.

namespace estream::group {

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

inline topic::TopicId id_from(std::uint8_t first) {
  std::string bytes;
  for (int i = 0; i < 16; i++) bytes += static_cast<char>(first + i);
  return topic::TopicId::of_bytes(std::as_bytes(std::span(bytes)));
}

inline PositionState sample_state() {
  PositionState state;
  state.group = "enrich";
  state.member = "m1";
  state.producer_id = 0x0123456789abcdef;
  state.attempts = 1;
  state.sources = {{"orders", id_from(0), 2, {200}, {300}, {200}, 0}};
  state.sinks = {{Sink::Role::into, "out", id_from(0x10), {{40, 57, {57}}, {0, -1, {12}}}}};
  return state;
}

inline const std::string sample_state_bytes = from_hex(
    "00010006 656e7269 63680002 6d310123 456789ab cdef0000 00010001 0000066f"
    "72646572 73000102 03040506 0708090a 0b0c0d0e 0f000000 02000000 00000000"
    "c8000000 00000001 2c000000 00000000 c8000000 00000100 00036f75 74101112"
    "13141516 1718191a 1b1c1d1e 1f000000 02000000 00000000 28000000 00000000"
    "39000000 00000000 39000000 00000000 00ffffff ffffffff ff000000 00000000"
    "0c000000 00");

// The producer pg1, whose input is a log with positions of its own, writes into `out`.
inline PositionState sample_input_state() {
  PositionState state = sample_state();
  state.group = "pg1";
  state.attempts = 0;
  state.sources.clear();
  state.input = InputPosition{"16/B374D848", "16/B374D900"};
  return state;
}

inline const std::string sample_input_state_bytes = from_hex(
    "00010003 70673100 026d3101 23456789 abcdef00 00000000 0101000b 31362f42"
    "33373444 38343800 0b31362f 42333734 44393030 00010000 036f7574 10111213"
    "14151617 18191a1b 1c1d1e1f 00000002 00000000 00000028 00000000 00000039"
    "00000000 00000039 00000000 00000000 ffffffff ffffffff 00000000 0000000c"
    "00000000");

inline PositionSlot sample_slot() {
  PositionSlot slot = {.sequence = 8, .generation = 3};
  slot.state = {0x2000, 0xa5, 0x59d1b9bf};
  slot.writer_pid = 0x1267;
  slot.written = {0x1a1f9448620};
  for (std::size_t i = 0; i < slot.boot_id.size(); i++) {
    slot.boot_id[i] = static_cast<std::byte>(0xb0 + i);
  }
  return slot;
}

inline const std::string sample_slot_bytes = from_hex(
    "45534731 00000000 00000000 00000008 00000000 00000003 00000000 00002000"
    "000000a5 59d1b9bf 00000000 00000000 00000000 00000000 00000000 00001267"
    "000001a1 f9448620 00000000 00000000 00000000 00000000 00000000 00000000"
    "00000000 00000000 b0b1b2b3 b4b5b6b7 b8b9babb bcbdbebf 06f1ea45 a5b94e80");

}  // namespace estream::group
