#include "json/value.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "json/event_parser.h"

namespace estream::json {

static std::weak_ordering order_of(std::string_view a, std::string_view b) {
  EventParser a_parser;
  EventParser b_parser;
  REQUIRE(a_parser.parse_copy(a));
  REQUIRE(b_parser.parse_copy(b));
  return compare(a_parser.root(), b_parser.root());
}

static std::int64_t length(std::string_view text) {
  EventParser parser;
  REQUIRE(parser.parse_copy(text));
  return length_of(parser.root());
}

TEST_CASE("values of all kinds are ordered as jq orders them") {
  const std::vector<std::string_view> ascending = {"null",
                                                   "false",
                                                   "true",
                                                   "-1",
                                                   "0.5",
                                                   "1",
                                                   "1e400",
                                                   R"("")",
                                                   R"("a")",
                                                   R"("a\u0000")",
                                                   R"("ab")",
                                                   R"("é")",
                                                   R"("\uffff")",
                                                   R"("😀")",
                                                   "[]",
                                                   "[0]",
                                                   "[0,0]",
                                                   "[1]",
                                                   "[[]]",
                                                   "{}",
                                                   R"({"a":1})",
                                                   R"({"a":2})",
                                                   R"({"a":1,"b":0})",
                                                   R"({"b":0})"};
  for (std::size_t a = 0; a < ascending.size(); a++) {
    for (std::size_t b = 0; b < ascending.size(); b++) {
      CAPTURE(ascending[a]);
      CAPTURE(ascending[b]);
      CHECK(order_of(ascending[a], ascending[b]) == (a <=> b));
    }
  }
}

TEST_CASE("objects are equal whatever the order of their fields") {
  CHECK(order_of(R"({"a":1,"b":[2,{}]})", R"({"b":[2.0,{}],"a":1})") == 0);
  CHECK(order_of(R"({"a":1,"a":2})", R"({"a":2})") == 0);
}

TEST_CASE("a length is that of jq") {
  CHECK(length("[1,[2,3],4]") == 3);
  CHECK(length(R"({"a":1,"b":2,"a":3})") == 2);
  CHECK(length(R"("größe😀")") == 6);
  CHECK(length("null") == 0);
}

TEST_CASE("two deep values are compared without harm") {
  const std::string deep = std::string(1024, '[') + "1" + std::string(1024, ']');
  const std::string deeper = std::string(1024, '[') + "2" + std::string(1024, ']');
  CHECK(order_of(deep, deep) == 0);
  CHECK(order_of(deep, deeper) < 0);
}

}  // namespace estream::json
