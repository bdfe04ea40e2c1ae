#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/envelope_writer.h"
#include "json/event_parser.h"
#include "query/format.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::read {

// What to do about a value that contains the delimiter, which its reader would take for two.
enum class DelimiterInValue {
  warn,   // Once.
  ok,     // Nothing.
  json,   // Print the value as a JSON string, in which a newline is \n.
  error,  // Stop there.
};

// How records look on stdout.
struct RecordShape {
  enum class Kind {
    nothing,   // They are only counted.
    value,     // The bytes of the value; nothing for a tombstone.
    envelope,  // One line of JSON with all there is to know.
    format,    // As the user's format says.
  };

  Kind kind = Kind::value;
  std::string delimiter = "\n";  // After each record; empty for none.
  DelimiterInValue delimiter_in_value = DelimiterInValue::warn;
  json::EnvelopeOptions envelope = {};
  std::optional<query::Format> format = {};
  // The format prints the running number of a record, which is known only once it is its turn.
  bool is_numbered = false;
  // What records hold is printed without what would drive a terminal; see base/printable.h.
  bool is_for_terminal = false;
};

// Whether the value contains the delimiter.
bool contains_delimiter(std::string_view value, std::string_view delimiter);

// Appends a record in any shape but `value` and `nothing`, without the delimiter.
void append_record(std::string& out, const RecordShape& shape, const RecordPlace& place,
                   const RecordView& record, std::uint64_t number, json::EventParser& parser);

// Appends the value as a JSON string. Error::Code::data when it is not UTF-8.
Result<void> append_as_json_string(std::string& out, std::string_view value);

}  // namespace estream::read
