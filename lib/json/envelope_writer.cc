#include "json/envelope_writer.h"

#include "base/rfc3339.h"
#include "json/object_writer.h"
#include "json/value_writer.h"

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
  if (is_written) write_value(envelope, "value", record.value, parser);
  if (!record.value) envelope.boolean("tombstone", true);
  envelope.end();
}

}  // namespace estream::json
