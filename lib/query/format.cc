#include "query/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>

#include "base/date_time.h"
#include "base/printable.h"
#include "base/rfc3339.h"
#include "json/base64.h"
#include "json/quote.h"
#include "json/source.h"
#include "json/value.h"

namespace estream::query {

namespace {

void append_integer(std::string& out, std::int64_t value) {
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_length(std::string& out, const std::optional<std::string_view>& text) {
  append_integer(out, text ? std::ssize(*text) : -1);
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : bytes) {
    out.push_back(digits[static_cast<std::uint8_t>(c) >> 4]);
    out.push_back(digits[static_cast<std::uint8_t>(c) & 15]);
  }
}

void append_as_json_string(std::string& out, std::string_view text) {
  if (json::is_utf8(text)) return json::append_quoted(out, text);
  std::string replaced;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = json::utf8_length(text, at);
    replaced.append(length > 0 ? text.substr(at, length) : "\xEF\xBF\xBD");
    at += std::max<std::size_t>(length, 1);
  }
  json::append_quoted(out, replaced);
}

// By RFC 4180; an empty text has quotes, so that it differs from null, as in PostgreSQL.
void append_csv(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) {
    out.append(text);
    return;
  }
  out.push_back('"');
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out.push_back('"');
}

void append_encoded(std::string& out, Format::Encoding encoding,
                    const std::optional<std::string_view>& text) {
  if (!text) {
    if (encoding == Format::Encoding::json) out.append("null");
    return;
  }
  switch (encoding) {
    case Format::Encoding::raw:
      out.append(*text);
      break;
    case Format::Encoding::hex:
      append_hex(out, *text);
      break;
    case Format::Encoding::base64:
      json::append_base64(out, *text);
      break;
    case Format::Encoding::json:
      append_as_json_string(out, *text);
      break;
    case Format::Encoding::csv:
      append_csv(out, *text);
      break;
  }
}

void append_iso(std::string& out, Timestamp timestamp, Zone zone) {
  if (timestamp == Timestamp{} || !has_rfc3339(timestamp.ms)) {
    append_integer(out, timestamp.ms);
  } else {
    append_rfc3339(out, timestamp.ms, zone);
  }
}

// What strftime makes of the time; `format` ends in an "x" that is not printed, because
// strftime answers 0 both for "does not fit" and for "is empty".
void append_time_parts(std::string& out, const std::string& format, const std::tm& parts) {
  const std::size_t size_before = out.size();
  for (std::size_t room = 64 + 2 * format.size();; room *= 2) {
    out.resize(size_before + room);
    const std::size_t length =
        std::strftime(out.data() + size_before, room, format.c_str(), &parts);
    if (length == 0) continue;
    out.resize(size_before + length - 1);
    return;
  }
}

void append_strftime(std::string& out, Timestamp timestamp, const Format::Piece& piece, Zone zone) {
  const std::time_t seconds = floor_divide(timestamp.ms, 1000);
  std::tm parts{};
  const auto split = zone == Zone::utc ? gmtime_r : localtime_r;
  if (timestamp == Timestamp{} || split(&seconds, &parts) == nullptr) {
    return append_integer(out, timestamp.ms);
  }
  for (const Format::Piece& part : piece.pieces) {
    if (part.kind == Format::Kind::time_s) {
      append_integer(out, seconds);
    } else if (part.kind == Format::Kind::time_fraction) {
      const std::string nanoseconds = fmt::format("{:03}000000", timestamp.ms - seconds * 1000);
      out.append(nanoseconds, 0, part.text.size());
    } else {
      append_time_parts(out, part.text, parts);
    }
  }
}

// What was appended since `begin` is foreign text on its way to a terminal.
void make_printable(std::string& out, std::size_t begin) {
  const std::string text = out.substr(begin);
  out.resize(begin);
  append_printable(out, text, LineEnds::kept);
}

void append_headers(std::string& out, const Format::Piece& piece, const FormatContext& context,
                    const RecordHeaders& headers) {
  bool is_first = true;
  for (HeaderCursor cursor(headers); const auto header = cursor.next();) {
    if (!is_first) out.append(piece.text);
    is_first = false;
    for (const Format::Piece& part : piece.pieces) {
      if (part.kind == Format::Kind::literal) {
        out.append(part.text);
      } else {
        const std::size_t begin = out.size();
        append_encoded(out, part.encoding,
                       part.kind == Format::Kind::key ? header->key : header->value);
        if (context.is_for_terminal) make_printable(out, begin);
      }
    }
  }
}

// Parses the value of a record when a piece first asks for it.
class LazyValue {
 public:
  LazyValue(const RecordView& record, json::EventParser& parser)
      : record_(record), parser_(parser) {}

  bool is_json() {
    if (!is_tried_) is_json_ = record_.value && parser_.parse_copy(*record_.value);
    is_tried_ = true;
    return is_json_;
  }

  void append_field(std::string& out, const json::Path& path, Format::Encoding encoding) {
    const json::Value value = is_json() ? parser_.find(path) : json::Value();
    if (value.kind == json::Kind::null) return append_encoded(out, encoding, std::nullopt);
    const bool is_as_written = encoding == Format::Encoding::json;
    if (value.kind == json::Kind::string && !is_as_written) {
      return append_encoded(out, encoding, value.text);
    }
    const std::string_view source = parser_.source_at(path).value_or(std::string_view());
    if (is_as_written || encoding == Format::Encoding::raw)
      return json::append_on_one_line(out, source);
    std::string line;
    json::append_on_one_line(line, source);
    append_encoded(out, encoding, line);
  }

 private:
  const RecordView& record_;
  json::EventParser& parser_;
  bool is_tried_ = false;
  bool is_json_ = false;
};

void append_value(std::string& out, Format::Encoding encoding, const RecordView& record,
                  LazyValue& value) {
  if (encoding == Format::Encoding::json && value.is_json()) {
    json::append_on_one_line(out, *record.value);
  } else {
    append_encoded(out, encoding, record.value);
  }
}

void append_piece(std::string& out, const Format::Piece& piece, const FormatContext& context,
                  const RecordView& record, LazyValue& value) {
  switch (piece.kind) {
    case Format::Kind::literal:
      out.append(piece.text);
      break;
    case Format::Kind::topic:
      out.append(context.topic);
      break;
    case Format::Kind::partition:
      append_integer(out, context.partition);
      break;
    case Format::Kind::offset:
      append_integer(out, record.offset.value);
      break;
    case Format::Kind::number:
      fmt::format_to(std::back_inserter(out), "{}", context.number);
      break;
    case Format::Kind::key:
      append_encoded(out, piece.encoding, record.key);
      break;
    case Format::Kind::value:
      append_value(out, piece.encoding, record, value);
      break;
    case Format::Kind::key_length:
      append_length(out, record.key);
      break;
    case Format::Kind::value_length:
      append_length(out, record.value);
      break;
    case Format::Kind::time_ms:
      append_integer(out, record.timestamp.ms);
      break;
    case Format::Kind::time_iso:
      append_iso(out, record.timestamp, context.zone);
      break;
    case Format::Kind::time_strftime:
      append_strftime(out, record.timestamp, piece, context.zone);
      break;
    case Format::Kind::time_s:
    case Format::Kind::time_fraction:
    case Format::Kind::time_parts:
      break;  // They stand in a time_strftime only.
    case Format::Kind::headers:
      append_headers(out, piece, context, record.headers);
      break;
    case Format::Kind::field:
      value.append_field(out, piece.path, piece.encoding);
      break;
  }
}

}  // namespace

Result<Format> Format::parse(std::string_view text) { return Format(TRY(parse_format(text))); }

void Format::append(std::string& out, const FormatContext& context, const RecordView& record,
                    json::EventParser& parser) const {
  LazyValue value(record, parser);
  for (const Piece& piece : pieces_) {
    const std::size_t begin = out.size();
    append_piece(out, piece, context, record, value);
    const bool is_foreign = piece.kind == Kind::key || piece.kind == Kind::value ||
                            piece.kind == Kind::field || piece.kind == Kind::topic;
    if (context.is_for_terminal && is_foreign) make_printable(out, begin);
  }
}

bool Format::is_numbered() const {
  return std::ranges::any_of(pieces_, [](const Piece& one) { return one.kind == Kind::number; });
}

}  // namespace estream::query
