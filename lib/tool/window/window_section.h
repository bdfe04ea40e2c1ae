#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "window/task.h"

namespace estream::tool {

// A file that has the whole state of a task, beside its position file.
struct CheckpointRef {
  std::uint8_t number = 1;  // 1 or 2: they are written in turn.
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;          // CRC-32C.
  std::vector<Offset> positions;  // Of each source: what comes before it is in the state.

  friend bool operator==(const CheckpointRef&, const CheckpointRef&) = default;
};

// What the position file of a group knows of its windows: enough for a restart that reads from
// `needed` on, or from the positions of the checkpoint.
struct WindowSection {
  std::uint64_t hash = 0;         // Of the operator and its options.
  std::vector<Timestamp> clocks;  // Of each source: before `needed`; -1 for none.
  // In their order, one for each offset of a source. Those before `needed` are not kept.
  std::vector<window::IdleMark> marks;
  std::optional<CheckpointRef> checkpoint;

  friend bool operator==(const WindowSection&, const WindowSection&) = default;
};

// The bytes, big-endian:
//
//   8 hash, for each source 8 clock
//   4 number of marks, each: 2 source, 8 offset, 8 time
//   1 number of the checkpoint; 0: none, and nothing follows
//   8 bytes and 4 CRC-32C of its file, for each source 8 position
std::string encode_section(const WindowSection& section);
// Nothing when the bytes are not exactly a section of a file with so many sources.
std::optional<WindowSection> decode_section(std::string_view bytes, std::size_t sources);

}  // namespace estream::tool
