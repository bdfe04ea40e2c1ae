// Envelopes: a record is written and read again as it was; a line that is read is, once written,
// read as the same record.
#include "fuzz/fuzz.h"
#include "fuzz/records.h"
#include "fuzz/reference_records.h"
#include "json/envelope_reader.h"
#include "json/envelope_writer.h"

using namespace estream;
using namespace estream::fuzz;
using namespace estream::json;

namespace {

Mark line_read("envelope", "a line is read");
Mark line_with_headers("envelope", "a line with headers is read");
Mark embedded("envelope", "a value is embedded as JSON");
Mark as_base64("envelope", "a value is written in base64");
Mark tombstone("envelope", "a tombstone is written");

// A line with the bytes behind it that a reader wants.
class Line {
 public:
  explicit Line(std::string_view text) : size_(text.size()), padded_(text) {
    padded_.resize(size_ + padding_bytes, '"');
  }
  std::string_view text() const { return std::string_view(padded_).substr(0, size_); }

 private:
  std::size_t size_;
  std::string padded_;
};

RecordView record_of(const EnvelopeEvent& event) {
  RecordView record;
  record.offset = event.offset.value_or(Offset{0});
  record.timestamp = event.timestamp.value_or(Timestamp{});
  record.key = event.key;
  record.value = event.value;
  record.headers = event.headers;
  return record;
}

void check_written(const RecordView& record, std::string_view topic, std::int32_t partition,
                   EnvelopeOptions::Time time) {
  EventParser parser;
  std::string written;
  append_envelope(written, {.time = time}, {topic, partition}, record, parser);
  PROPERTY(written.find('\n') == written.npos);
  const Line line(written);
  EnvelopeReader reader;
  const auto event = reader.read(line.text());
  PROPERTY(event.has_value());
  PROPERTY(owned(record_of(*event)) == owned(record));
  PROPERTY(event->topic == topic && event->partition == partition);
  if (!record.value) tombstone.reach();
  if (written.find("\"value\":{") != written.npos) embedded.reach();
  if (written.find("value_b64") != written.npos) as_base64.reach();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const std::uint8_t how = recipe.byte();
  const auto time =
      (how & 2) != 0 ? EnvelopeOptions::Time::rfc3339 : EnvelopeOptions::Time::milliseconds;
  if ((how & 1) != 0) {
    const auto partition = static_cast<std::int32_t>(recipe.number<std::uint32_t>() & INT32_MAX);
    const RecipeRecord record(recipe);
    check_written(record.view, "orders", partition, time);
    return 0;
  }
  const Line line(recipe.rest_text());
  EnvelopeReader reader;
  const auto event = reader.read(line.text());
  if (!event) {
    PROPERTY(event.error().code == Error::Code::data);
    return 0;
  }
  line_read.reach();
  if (event->headers.count > 0) line_with_headers.reach();
  std::string topic(event->topic.value_or("orders"));
  check_written(record_of(*event), topic, event->partition.value_or(0), time);
  return 0;
}
