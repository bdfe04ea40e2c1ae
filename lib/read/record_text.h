#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/zone.h"
#include "json/envelope_writer.h"
#include "json/event_parser.h"
#include "query/format.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::read {

// What to do with a value that contains the delimiter. A reader would take it for two values.
enum class DelimiterInValue {
  warn,   // Print it, with a warning for the first one.
  ok,     // Print it.
  json,   // Print the value as a JSON string, in which a newline is \n.
  error,  // Stop there.
};

// Another form than those of RecordShape. Threads share it.
class RecordForm {
 public:
  virtual ~RecordForm() = default;

  // Appends the record. The parser's last parse is forgotten.
  virtual void append(std::string& out, const RecordPlace& place, const RecordView& record,
                      json::EventParser& parser) const = 0;
};

// The form in which records are printed.
struct RecordShape {
  enum class Kind {
    nothing,   // They are only counted.
    value,     // The bytes of the value; nothing for a tombstone.
    envelope,  // One line of JSON with all parts of the record.
    format,    // As the user's format says.
    other,     // As `form` says.
  };

  Kind kind = Kind::value;
  std::string delimiter = "\n";  // After each record; empty for none.
  DelimiterInValue delimiter_in_value = DelimiterInValue::warn;
  json::EnvelopeOptions envelope = {};
  std::optional<query::Format> format = {};
  std::shared_ptr<const RecordForm> form = {};
  // The format prints the running number of a record. It is known only when it is the record's
  // turn.
  bool is_numbered = false;
  // Control characters, which a terminal would obey, are escaped; see base/printable.h.
  bool is_for_terminal = false;
  Zone zone = Zone::utc;  // Of the times that a format prints.
};

// Whether the value contains the delimiter.
bool contains_delimiter(std::string_view value, std::string_view delimiter);

// Appends a record in any shape except `value` and `nothing`, without the delimiter.
void append_record(std::string& out, const RecordShape& shape, const RecordPlace& place,
                   const RecordView& record, std::uint64_t number, json::EventParser& parser);

// Appends the value as a JSON string. Error::Code::data when it is not UTF-8.
Result<void> append_as_json_string(std::string& out, std::string_view value);

}  // namespace estream::read
