#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/types.h"
#include "record/record.h"
#include "window/quantity.h"

namespace estream::window {

// What windows are grouped by. The text belongs to somebody else.
struct GroupKey {
  enum class Kind : std::uint8_t {
    null,  // No key, or one group for all.
    text,  // A record key, or a string of the value: bytes as they are.
    json,  // Any other JSON value, or an array of several: as JSON text.
  };

  Kind kind = Kind::null;
  std::string_view text;
  std::uint64_t hash = 0;  // Of kind and text. Equal keys have equal hashes, in each process.

  // The order of results: by the bytes, then by the kind. The hash says nothing about it.
  friend std::strong_ordering operator<=>(const GroupKey& a, const GroupKey& b) {
    const auto order = a.text <=> b.text;
    return order != 0 ? order : a.kind <=> b.kind;
  }
  friend bool operator==(const GroupKey& a, const GroupKey& b) {
    return a.hash == b.hash && a.kind == b.kind && a.text == b.text;
  }
};

// The value of one expression for one event.
struct Argument {
  enum class Kind : std::uint8_t {
    nothing,  // Missing, null, or where jq would stop with an error.
    number,
    other,  // A string, boolean, array or object.
  };

  Kind kind = Kind::nothing;
  Quantity number;        // Of a number.
  std::string_view json;  // The value as JSON text. Of a number only if the plan wants it.
};

// Where an event stands among all of its task: first by time, then by partition, then by offset.
struct EventOrder {
  Timestamp time;
  std::uint32_t source = 0;
  Offset offset;

  friend auto operator<=>(const EventOrder&, const EventOrder&) = default;
};

// One event, as windows see it.
struct Row {
  std::uint32_t source = 0;  // The number of its partition in the task.
  Offset offset;
  Timestamp time;  // Its event time.
  GroupKey key;
  std::uint64_t conditions = 0;         // Bit i: condition i of the plan is true for it.
  std::span<const Argument> arguments;  // As the plan numbers them.
  RecordView record;                    // Itself.

  EventOrder order() const { return {time, source, offset}; }
};

}  // namespace estream::window
