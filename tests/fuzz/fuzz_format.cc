// -F formats: any text is a good one or an error with a column, and a good one prints any record.
#include "fuzz/expressions.h"
#include "fuzz/memory_meter.h"
#include "query/format.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark parsed("format", "a format is accepted");
Mark printed("format", "a format prints something");
Mark refused("format", "a format is refused");

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SampleRecords samples;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto format = query::Format::parse(text);
  if (!format) {
    refused.reach();
    PROPERTY(format.error().code == Error::Code::usage);
    check_column(format.error().message, text);
    return 0;
  }
  parsed.reach();
  json::EventParser parser;
  std::string out = "before";
  for (const RecordView& record : samples.records) {
    const MemoryMeter meter;
    format->append(out, {samples.place.topic, samples.place.partition, UINT64_MAX}, record, parser);
    PROPERTY(out.starts_with("before"));
    PROPERTY(meter.peak_bytes() <= 512 * text.size() + 4 * out.size() + (64 << 10));
  }
  if (out.size() > 6) printed.reach();
  return 0;
}
