#pragma once

#include <cstddef>
#include <string>

#include "json/event_parser.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::json {

struct EnvelopeOptions {
  enum class Time { milliseconds, rfc3339 };
  enum class Value { written, omitted };

  Time time = Time::milliseconds;
  Value value = Value::written;
};

// An envelope has at most so many bytes for each byte of the record's key, value and headers (the
// most for a header of an empty key and no value, which is two bytes), and so many for itself.
inline constexpr std::size_t envelope_growth_max = 12;
inline constexpr std::size_t envelope_frame_bytes_max = 4096;

// Appends the envelope of `record`, one line of JSON without a line end. The order of fields never
// changes:
//
//   {"topic":"orders","partition":0,"offset":17,"ts":1732350000123,"key":"42",
//    "headers":[{"key":"h","value":"x"}],"value":{...}}
//
//   key, and a header's key and value   a string; null; as key_b64, value_b64 when not UTF-8
//   value       the record's own bytes when they are a JSON value that has no newline between its
//               tokens, so that reading the line gives back each of them
//   value_before, value_after
//               the space around that value, where the record has any: the "\r" of a line from a
//               file of Windows
//   value_text  any other UTF-8            value_b64   any other bytes
//   tombstone   true, after "value":null, for a record without a value
//   ts          as a string on request; -1 (no timestamp) and years beyond 9999 remain numbers
//
// With Value::omitted the value's field is left out and `tombstone` stays. `parser` is used to tell
// what is JSON; its last parse is forgotten.
void append_envelope(std::string& out, const EnvelopeOptions& options, const RecordPlace& place,
                     const RecordView& record, EventParser& parser);

}  // namespace estream::json
