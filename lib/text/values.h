#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "text/duration.h"
#include "text/position.h"
#include "text/rate.h"
#include "text/size.h"
#include "text/time.h"

namespace estream::text {

// One grammar for the values of all six tools. Every error is Error::Code::usage, a statement that
// has the text as it was given, and says what to write:
//
//   parse_duration("30")   ->  30 has no unit; write 30s or 30m
//
// Nothing here reads the clock or the environment, but for TZ.

struct KeyValue {
  std::string key;  // Never empty.
  std::string value;

  friend bool operator==(const KeyValue&, const KeyValue&) = default;
};

// K=V. The value may be empty, and may contain more equals signs.
Result<KeyValue> parse_key_value(std::string_view text);

// Text in which \n \t \r \0 \\ and \xNN stand for the bytes they stand for in C. Never empty.
Result<std::string> parse_delimiter(std::string_view text);

// Error::Code::usage unless `path` can name a file to be written: "-" is no file, and is not taken
// for one of the standard streams where those carry something else.
Result<void> check_output_file(std::string_view option, std::string_view path);

}  // namespace estream::text
