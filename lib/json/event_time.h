#pragma once

#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace estream::json {

struct Value;

// The time at which an event happened, as its producer wrote it. It is rounded down to
// milliseconds. A time before 1970 is an error, because Kafka's format has no such times: there, -1
// means no time.
//
//   1795183380.5  "1795183380.5"   Unix time; its number of digits tells the unit: unix_time_ms
//   "2026-11-20T14:03:05+01:00"    a date with a time of day and a zone: parse_zoned_time
//
// `source` is the text of the value in the event, because a double has too few digits for
// nanoseconds. Error::Code::data without the name of the field.
Result<Timestamp> event_time(const Value& value, std::string_view source);

// The same for an envelope. Here numbers are always milliseconds, and integers are taken as they
// are; -1 means no time.
Result<Timestamp> envelope_time(const Value& value);

}  // namespace estream::json
