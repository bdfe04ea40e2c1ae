#include "query/filter.h"

#include <doctest/doctest.h>

#include "json/records.h"

namespace estream::query {

using namespace json;

TEST_CASE("a filter may be copied and used for many records") {
  const auto parsed = Filter::parse(".type == \"payment\"");
  REQUIRE(parsed);
  const Filter copy = *parsed;
  EventParser parser;
  CHECK(copy.matches({}, TestRecord(R"({"type":"payment"})").view(), parser));
  CHECK_FALSE(copy.matches({}, TestRecord(R"({"type":"click"})").view(), parser));
  CHECK_FALSE(copy.matches({}, TestRecord("payment").view(), parser));
  CHECK_FALSE(copy.matches({}, TestRecord(std::nullopt).view(), parser));
  CHECK(parsed->matches({}, TestRecord(R"({"type":"payment"})").view(), parser));
}

}  // namespace estream::query
