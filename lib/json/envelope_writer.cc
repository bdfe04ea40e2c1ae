#include "json/envelope_writer.h"

#include "base/rfc3339.h"
#include "json/object_writer.h"
#include "json/quote.h"
#include "json/source.h"

namespace estream::json {

namespace {

// A time before 1970 is a number, because -1 means none and a reader refuses such dates.
void write_timestamp(ObjectWriter& envelope, const EnvelopeOptions& options, Timestamp timestamp) {
  const bool is_text = options.time == EnvelopeOptions::Time::rfc3339 && timestamp.ms >= 0 &&
                       has_rfc3339(timestamp.ms);
  if (is_text) {
    envelope.text("ts", rfc3339(timestamp.ms, options.zone));
  } else {
    envelope.number("ts", timestamp.ms);
  }
}

void append_headers(std::string& out, const RecordHeaders& headers) {
  out.push_back('[');
  std::string_view separator;
  for (HeaderCursor cursor(headers); const auto header = cursor.next();) {
    out.append(separator);
    ObjectWriter(out).text("key", header->key).text("value", header->value).end();
    separator = ",";
  }
  out.push_back(']');
}

void write_value(ObjectWriter& envelope, std::string_view value, EventParser& parser) {
  const std::string_view json = trimmed(value);
  if (json.find('\n') != json.npos || !parser.parse_copy(json)) {
    envelope.text(is_utf8(value) ? "value_text" : "value", value);
    return;
  }
  // The space around a value is no part of its JSON, and reading that would not give it back.
  const std::string_view before =
      value.substr(0, static_cast<std::size_t>(json.data() - value.data()));
  const std::string_view after = value.substr(before.size() + json.size());
  envelope.json("value", json);
  if (!before.empty()) envelope.text("value_before", before);
  if (!after.empty()) envelope.text("value_after", after);
}

}  // namespace

void append_envelope(std::string& out, const EnvelopeOptions& options, const RecordPlace& place,
                     const RecordView& record, EventParser& parser) {
  ObjectWriter envelope(out);
  envelope.text("topic", place.topic)
      .number("partition", place.partition)
      .number("offset", record.offset.value);
  write_timestamp(envelope, options, record.timestamp);
  envelope.text("key", record.key);
  envelope.name("headers");
  append_headers(out, record.headers);
  const bool is_written = options.value == EnvelopeOptions::Value::written;
  if (record.value && is_written) write_value(envelope, *record.value, parser);
  if (!record.value && is_written) envelope.json("value", "null");
  if (!record.value) envelope.boolean("tombstone", true);
  envelope.end();
}

}  // namespace estream::json
