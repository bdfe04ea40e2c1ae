#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "record/record.h"

namespace estream::json {

// The content of one envelope. `topic`, `partition` and `offset` say where the record came from,
// not where it goes.
struct EnvelopeEvent {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  // Nothing for a tombstone; "null" for JSON's null.
  RecordHeaders headers;
  std::optional<Timestamp> timestamp;
  std::optional<std::string_view> topic;
  std::optional<std::int32_t> partition;
  std::optional<Offset> offset;
};

// Whose envelopes are read.
enum class EnvelopeForm {
  estream,
  kcat,  // What kcat -J prints: see EnvelopeReader.
};

// Reads the lines that append_envelope writes, also after changes by people or jq:
//
//   - fields may be in any order; unknown ones are ignored; if a name is repeated, the last counts;
//   - `value` is taken byte for byte from the line, `value_text` and `value_b64` are decoded;
//     exactly one of these three must be there, or `tombstone` instead of them; `value_before` and
//     `value_after` are the white space that belongs to a `value`;
//   - a key, or a header's key or value, may be a number or a boolean; its text is then used;
//   - all fields except the value may be missing or null;
//   - `ts` is in milliseconds or in RFC 3339.
//
// In kcat's form the value is `payload`: a string is its text, null a tombstone, and anything else,
// which kcat made of bytes by its -s, is taken as JSON, byte for byte from the line. `headers` is
// an array of names and values in turn. The source is json.c of kcat 1.7.1. kcat itself writes
// bytes that are not UTF-8 as they are, which is no JSON.
//
// Each thread has its own and reuses it. Once its buffers have grown, an event needs no allocation.
class EnvelopeReader {
 public:
  explicit EnvelopeReader(EnvelopeForm form = EnvelopeForm::estream);
  ~EnvelopeReader();
  EnvelopeReader(EnvelopeReader&&) noexcept;
  EnvelopeReader& operator=(EnvelopeReader&&) noexcept;

  // There must be `padding_bytes` readable bytes after the line. The views in the event are valid
  // until the next read, and only as long as the line is. Error::Code::data, which names the field,
  // or is the error of EventParser::parse.
  Result<EnvelopeEvent> read(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace estream::json
