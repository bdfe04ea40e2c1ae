#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "record/record.h"

namespace estream::json {

// What one envelope says. `topic`, `partition` and `offset` are where the record came from, not
// where it goes.
struct EnvelopeEvent {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  // Nothing is a tombstone; JSON's null is the text "null".
  RecordHeaders headers;
  std::optional<Timestamp> timestamp;
  std::optional<std::string_view> topic;
  std::optional<std::int32_t> partition;
  std::optional<Offset> offset;
};

// Reads the lines that append_envelope writes, and those that people and jq make of them:
//
//   - fields may stand in any order, unknown ones are ignored, of equal names the last counts;
//   - `value` is taken byte for byte from the line, `value_text` and `value_b64` are unpacked;
//     exactly one of the three must be there, or none of them but `tombstone`; `value_before` and
//     `value_after` are the space that belongs to a `value`;
//   - a key, or a header's key or value, may be a number or a boolean and is then its text;
//   - all but the value may be missing or null;
//   - `ts` is in milliseconds or RFC 3339.
//
// One per thread, reused; an event costs no allocation once its buffers have grown.
class EnvelopeReader {
 public:
  EnvelopeReader();
  ~EnvelopeReader();
  EnvelopeReader(EnvelopeReader&&) noexcept;
  EnvelopeReader& operator=(EnvelopeReader&&) noexcept;

  // Requires `padding_bytes` readable bytes after the line. The views in the event are valid until
  // the next read and only as long as the line is. Error::Code::data; it names the field, or is
  // what EventParser::parse says.
  Result<EnvelopeEvent> read(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace estream::json
