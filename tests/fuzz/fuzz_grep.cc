// -G: any text is a good one or an error with a column; searching takes bounded memory, and a
// leading ! turns the answer round.
#include "fuzz/expressions.h"
#include "fuzz/memory_meter.h"
#include "query/grep.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark parsed("grep", "a grep is accepted");
Mark matched("grep", "a grep matches a record");
Mark refused("grep", "a grep is refused");

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SampleRecords samples;
  static const std::string long_value = std::string(20'000, 'a') + "\xFF" + "b";
  const std::string_view text(reinterpret_cast<const char*>(data),
                              std::min<std::size_t>(size, 400));
  const MemoryMeter meter;
  const auto grep = query::Grep::parse(text);
  if (!grep) {
    refused.reach();
    PROPERTY(grep.error().code == Error::Code::usage);
    check_column(grep.error().message, text);
    return 0;
  }
  parsed.reach();
  const auto opposite = query::Grep::parse(text.starts_with('!') ? std::string(text.substr(1))
                                                                 : "!" + std::string(text));
  PROPERTY(opposite.has_value());
  RecordView longer = samples.records.front();
  longer.value = longer.key = long_value;
  std::vector<RecordView> records = samples.records;
  records.push_back(longer);
  for (const RecordView& record : records) {
    const bool is_match = grep->matches(samples.place, record);
    PROPERTY(opposite->matches(samples.place, record) == !is_match);
    if (is_match) matched.reach();
  }
  // RE2 has 8 MiB for each program, and there are four.
  PROPERTY(meter.peak_bytes() <= 64 << 20);
  return 0;
}
