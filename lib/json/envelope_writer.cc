#include "json/envelope_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "json/base64.h"
#include "json/quote.h"
#include "json/rfc3339.h"
#include "json/source.h"

namespace estream::json {

namespace {

// Appends "NAME":"text", or "NAME_b64":"...", or "NAME":null.
void append_field(std::string& out, std::string_view name, std::optional<std::string_view> text) {
  const bool is_base64 = text && !is_utf8(*text);
  fmt::format_to(std::back_inserter(out), "\"{}{}\":", name, is_base64 ? "_b64" : "");
  if (!text) {
    out.append("null");
  } else if (is_base64) {
    out.push_back('"');
    append_base64(out, *text);
    out.push_back('"');
  } else {
    append_quoted(out, *text);
  }
}

// A time before 1970 is a number, because -1 means none and a reader refuses such dates.
void append_timestamp(std::string& out, EnvelopeOptions::Time form, Timestamp timestamp) {
  out.append(",\"ts\":");
  if (form == EnvelopeOptions::Time::rfc3339 && timestamp.ms >= 0) {
    const std::size_t size_before = out.size();
    out.push_back('"');
    if (append_rfc3339(out, timestamp.ms)) {
      out.push_back('"');
      return;
    }
    out.resize(size_before);
  }
  fmt::format_to(std::back_inserter(out), "{}", timestamp.ms);
}

void append_headers(std::string& out, const RecordHeaders& headers) {
  out.append(",\"headers\":[");
  std::string_view separator;
  for (HeaderCursor cursor(headers); const auto header = cursor.next();) {
    out.append(separator).push_back('{');
    append_field(out, "key", header->key);
    out.push_back(',');
    append_field(out, "value", header->value);
    out.push_back('}');
    separator = ",";
  }
  out.push_back(']');
}

// The space around a value is no part of its JSON, and reading that would not give it back.
void append_space(std::string& out, std::string_view name, std::string_view space) {
  if (space.empty()) return;
  out.push_back(',');
  append_field(out, name, space);
}

void append_value(std::string& out, std::string_view value, EventParser& parser) {
  out.push_back(',');
  const std::string_view json = trimmed(value);
  if (json.find('\n') == json.npos && parser.parse_copy(json)) {
    const auto before = static_cast<std::size_t>(json.data() - value.data());
    out.append("\"value\":").append(json);
    append_space(out, "value_before", value.substr(0, before));
    append_space(out, "value_after", value.substr(before + json.size()));
  } else {
    append_field(out, is_utf8(value) ? "value_text" : "value", value);
  }
}

}  // namespace

void append_envelope(std::string& out, const EnvelopeOptions& options, const RecordPlace& place,
                     const RecordView& record, EventParser& parser) {
  out.append("{\"topic\":");
  append_quoted(out, place.topic);
  fmt::format_to(std::back_inserter(out), ",\"partition\":{},\"offset\":{}", place.partition,
                 record.offset.value);
  append_timestamp(out, options.time, record.timestamp);
  out.push_back(',');
  append_field(out, "key", record.key);
  append_headers(out, record.headers);
  const bool is_written = options.value == EnvelopeOptions::Value::written;
  if (record.value) {
    if (is_written) append_value(out, *record.value, parser);
  } else {
    out.append(is_written ? ",\"value\":null,\"tombstone\":true" : ",\"tombstone\":true");
  }
  out.push_back('}');
}

}  // namespace estream::json
