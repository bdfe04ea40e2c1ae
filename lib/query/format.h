#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "json/event_parser.h"
#include "json/path.h"
#include "record/record.h"

namespace estream::query {

struct FormatContext {
  std::string_view topic;
  std::int32_t partition = 0;
  std::uint64_t number = 0;  // The running number of the record, which %i prints.
  // The parts that come from the record, and not from the format, go through append_printable.
  bool is_for_terminal = false;
  Zone zone = Zone::utc;  // Of %d{iso} and %d{strftime[...]}.
};

// A `-F` format: the form in which a record is printed. It has no line end unless the format has
// one.
//
//   %t topic   %p partition   %o offset   %i running number   %% a percent sign
//   %k key     %v value, also %s          %K %V their lengths in bytes, -1 for null
//   %d         timestamp in ms; %d{iso} RFC 3339; %d{strftime[%H:%M]}, in which %3N are the
//              milliseconds; -1 when there is none
//   %h{FMT}    FMT for each header; in it, %k and %v are the header's; %h alone is k=v,k=v
//   %{.a.b}    a field of the value: a string without quotes, any other value as it is written but
//              on one line; nothing when it is missing or null, or when the value is not JSON
//   {hex} {base64} {json} {csv}   after %k, %v and %{.a.b}. {json} is a JSON string, with U+FFFD
//              for bytes that are not UTF-8; null for null; and a value that is JSON, or a field of
//              it, is printed itself, on one line. {csv} is in double quotes where a field of a
//              CSV file (RFC 4180) has to be; an empty text is "", null is nothing
//   \n \t \r \0 \\ \xNN     bytes
//
// A null key or value prints as nothing.
class Format {
 public:
  // Error::Code::usage "column N: ...".
  static Result<Format> parse(std::string_view text);

  // `parser` is used only for formats with fields of the value; its last parse is then forgotten.
  void append(std::string& out, const FormatContext& context, const RecordView& record,
              json::EventParser& parser) const;

  // Whether it prints the running number.
  bool is_numbered() const;

  enum class Kind {
    literal,
    topic,
    partition,
    offset,
    number,
    key,
    value,
    key_length,
    value_length,
    time_ms,
    time_iso,
    time_strftime,  // All its `pieces`, which are of the next two kinds.
    time_s,
    time_fraction,  // As many digits as its `text` has.
    time_parts,     // The result of strftime for `text`, which has an "x" at its end.
    headers,
    field,
  };
  enum class Encoding { raw, hex, base64, json, csv };

  // One stretch of output. Public for the parser of formats only.
  struct Piece {
    Kind kind = Kind::literal;
    Encoding encoding = Encoding::raw;
    std::string text = {};  // The literal, the strftime format, or the text between two headers.
    json::Path path = {};
    std::vector<Piece> pieces = {};  // Of one header, or of a strftime format.
  };

 private:
  explicit Format(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  std::vector<Piece> pieces_;
};

// The parser of Format::parse.
Result<std::vector<Format::Piece>> parse_format(std::string_view text);

}  // namespace estream::query
