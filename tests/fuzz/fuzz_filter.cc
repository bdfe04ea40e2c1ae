// Filters, expectations and paths: any text is a good one or an error with a column, and a good one
// has one answer for each record.
#include "fuzz/expressions.h"
#include "json/path.h"
#include "query/filter.h"
#include "tool/inspect/expectation.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark parsed("filter", "a filter is accepted");
Mark refused("filter", "a filter is refused");
Mark matched("filter", "a filter matches a record");
Mark expected("filter", "an expectation is accepted");
Mark path_read("filter", "a path is accepted");

// Strings that are joined to themselves, again and again, double each time; what a user asks for
// is done, but not here.
bool doubles(std::string_view text) { return std::ranges::count(text, '|') > 8; }

void check_filter(std::string_view text, const SampleRecords& samples) {
  const auto filter = query::Filter::parse(text);
  if (!filter) {
    refused.reach();
    PROPERTY(filter.error().code == Error::Code::usage);
    check_column(filter.error().message, text);
    return;
  }
  parsed.reach();
  if (doubles(text)) return;
  json::EventParser parser;
  for (const RecordView& record : samples.records) {
    const bool is_match = filter->matches(samples.place, record, parser);
    PROPERTY(filter->matches(samples.place, record, parser) == is_match);
    if (is_match) matched.reach();
  }
}

void check_path(std::string_view text) {
  const auto path = json::parse_path(text);
  if (!path) {
    PROPERTY(path.error().code == Error::Code::usage);
    return;
  }
  path_read.reach();
  PROPERTY(path->text == text);
  json::EventParser parser;
  PROPERTY(parser.parse_copy(R"({"a":[{"b":1},2],"b":{"a":"x"}})").has_value());
  (void)parser.source_at(*path);
  (void)parser.key_at(*path);
  (void)parser.time_at(*path);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SampleRecords samples;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_filter(text, samples);
  check_path(text);
  if (const auto expectation = tool::Expectation::parse(text)) {
    expected.reach();
    for (const std::int64_t actual : {std::int64_t{0}, std::int64_t{1000}, INT64_MAX}) {
      (void)expectation->holds(actual);
      PROPERTY(!expectation->contradiction(actual).empty());
    }
  } else {
    PROPERTY(expectation.error().code == Error::Code::usage);
  }
  return 0;
}
