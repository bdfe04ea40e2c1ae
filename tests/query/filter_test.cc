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

TEST_CASE("a name without a dot may be a field") {
  const std::vector<std::string> names = {"n", "user"};
  const auto parsed =
      Filter::parse_with_bare_names("n > 3 and user =~ \"^a\" and .o.x == 1", names);
  REQUIRE(parsed);
  EventParser parser;
  CHECK(parsed->matches({}, TestRecord(R"({"n":4,"user":"ann","o":{"x":1}})").view(), parser));
  CHECK_FALSE(
      parsed->matches({}, TestRecord(R"({"n":3,"user":"ann","o":{"x":1}})").view(), parser));
  CHECK_FALSE(Filter::parse("n > 3"));
  CHECK(Filter::parse_with_bare_names("1 < m", names).error().message ==
        "column 5: there is no m; there are n, user");
}

}  // namespace estream::query
