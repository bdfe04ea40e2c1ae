#pragma once

#include <cstddef>
#include <string>

#include "base/zone.h"
#include "json/event_parser.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::json {

struct EnvelopeOptions {
  enum class Time { milliseconds, rfc3339 };
  enum class Value { written, omitted };

  Time time = Time::milliseconds;
  Zone zone = Zone::utc;  // Of times in RFC 3339.
  Value value = Value::written;
};

// An envelope has at most so many bytes for each byte of the record's key, value and headers, and
// so many more of its own. (A header with an empty key and no value, of two bytes, grows most.)
inline constexpr std::size_t envelope_growth_max = 12;
inline constexpr std::size_t envelope_frame_bytes_max = 4096;

// Appends the envelope of `record`: a line of JSON, without the line end. The order of the fields
// is always the same:
//
//   {"topic":"orders","partition":0,"offset":17,"ts":1732350000123,"key":"42",
//    "headers":[{"key":"h","value":"x"}],"value":{...}}
//
//   key, and a header's key and value   a string; null; as key_b64, value_b64 when not UTF-8
//   value       the record's own bytes, when they are a JSON value without a newline between its
//               tokens, so that a reader of the line gets back each byte
//   value_before, value_after
//               the white space around that value, if the record has any, such as the "\r" of a
//               line from a Windows file
//   value_text  any other UTF-8            value_b64   any other bytes
//   tombstone   true, after "value":null, for a record without a value
//   ts          as a string on request; -1 (no timestamp), other times before 1970 and years
//               beyond 9999 stay numbers
//
// With Value::omitted the value's field is left out, but `tombstone` stays. `parser` is used to
// check whether a value is JSON; its last parse is forgotten.
void append_envelope(std::string& out, const EnvelopeOptions& options, const RecordPlace& place,
                     const RecordView& record, EventParser& parser);

}  // namespace estream::json
