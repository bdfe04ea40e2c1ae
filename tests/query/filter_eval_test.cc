#include <doctest/doctest.h>

#include "json/records.h"
#include "query/filter.h"

namespace estream::query {

using namespace json;

static bool is_match(std::string_view expression, const TestRecord& record) {
  const auto filter = Filter::parse(expression);
  REQUIRE_MESSAGE(filter.has_value(), filter.error().message);
  EventParser parser;
  return filter->matches({"orders", 3}, record.view(), parser);
}

static bool is_match(std::string_view expression, std::string value = "{}") {
  return is_match(expression, TestRecord(std::move(value)));
}

TEST_CASE("and binds tighter than or, not tighter than and, comparisons tighter than not") {
  CHECK(is_match("true or true and false"));
  CHECK_FALSE(is_match("(true or true) and false"));
  CHECK_FALSE(is_match("false and true or false"));
  CHECK(is_match("not false or true"));
  CHECK(is_match("not false and true"));
  CHECK_FALSE(is_match("not true and false"));
  CHECK(is_match("not 1 == 2"));
  CHECK_FALSE(is_match("not not false"));
}

TEST_CASE("products bind tighter than sums, and sums tighter than comparisons") {
  CHECK(is_match("1 + 2 * 3 == 7"));
  CHECK(is_match("(1 + 2) * 3 == 9"));
  CHECK(is_match("10 - 3 - 2 == 5"));
  CHECK(is_match("8 / 2 / 2 == 2"));
  CHECK(is_match("1 < 1 + 1"));
  CHECK(is_match("-2 + 3 == 1"));
  CHECK(is_match("- -2 == 2"));
  CHECK(is_match("7 / 2 == 3.5"));
}

TEST_CASE("a pipe binds loosest and passes its left side on") {
  CHECK(is_match(".a | length > 2", R"({"a":"xyz"})"));
  CHECK(is_match(".a | .b | . == 1", R"({"a":{"b":1}})"));
  CHECK(is_match(".a == 1 | not", R"({"a":2})"));
  CHECK_FALSE(is_match(".a or .b | not", R"({"b":1})"));
  CHECK(is_match("(.a | not) and .b", R"({"b":1})"));
  CHECK(is_match("(.a | (.b | length) == 2) and .c", R"({"a":{"b":[1,2]},"c":1})"));
}

TEST_CASE("only null and false are false") {
  for (const char* value : {"0", "\"\"", "[]", "{}", "true"}) CHECK(is_match(".", value));
  for (const char* value : {"null", "false"}) CHECK_FALSE(is_match(".", value));
}

TEST_CASE("what is missing is null") {
  CHECK(is_match(".a == null"));
  CHECK(is_match(".a.b[3].c == null"));
  CHECK(is_match(".a.b == null", R"({"a":null})"));
  CHECK(is_match(".a < 0"));
  CHECK(is_match(". == null and .a == null", TestRecord(std::nullopt)));
}

// A filter says what --drop erases, so that neither a test nor its opposite may hold by accident.
TEST_CASE("a path through what has no fields or elements matches neither way") {
  for (const std::string expression :
       {".a.b == null", "(.a.b | not)", ".a.b != 1", ".a[0] == null", ".o[0] == null",
        "(.a | has(\"b\"))", "(.a | has(\"b\") | not)", "(.o | has(0) | not)", ".l.x == null",
        ".a.b in (null)", "(.a.b =~ \"x\" | not)"}) {
    CAPTURE(expression);
    for (const char* value : {R"({"a":1,"o":{},"l":[]})", R"({"a":"s","o":{},"l":[]})",
                              R"({"a":true,"o":{},"l":[]})", "5", "\"s\"", "no JSON", ""}) {
      CAPTURE(value);
      CHECK_FALSE(is_match(expression, value));
      CHECK_FALSE(is_match("not " + expression, value));
    }
  }
}

TEST_CASE("null has no fields and no elements") {
  for (const char* value : {"{}", R"({"a":null})", "null"}) {
    CHECK(is_match(".a | has(\"b\") | not", value));
    CHECK(is_match(".a | has(0) | not", value));
  }
  CHECK(is_match("has(\"a\") | not", TestRecord(std::nullopt)));
}

TEST_CASE("integers compare exactly") {
  CHECK(is_match(".id == 9007199254740993", R"({"id":9007199254740993})"));
  CHECK_FALSE(is_match(".id == 9007199254740992", R"({"id":9007199254740993})"));
  CHECK(is_match(".id > 9223372036854775807", R"({"id":18446744073709551615})"));
  CHECK(is_match(".id == 1.0 and .id == 1e0", R"({"id":1})"));
  CHECK(is_match(".id == 0", R"({"id":-0})"));
  CHECK(is_match(".id > 18446744073709551615", R"({"id":1e400})"));
}

TEST_CASE("values of different kinds have the order of jq") {
  CHECK(is_match("null < false and false < true and true < 0 and 0 < \"\""));
  CHECK(is_match("\"~\" < .a and .a < .o", R"({"a":[],"o":{}})"));
  CHECK(is_match(".a == .b and .a <= .b and not .a < .b",
                 R"({"a":{"x":[1],"y":2},"b":{"y":2.0,"x":[1]}})"));
  CHECK(is_match(".a != .b", R"({"a":{"x":1},"b":{"x":1,"y":null}})"));
}

TEST_CASE("a regular expression searches strings and nothing else") {
  CHECK(is_match(".a =~ \"^x\"", R"({"a":"xy"})"));
  CHECK_FALSE(is_match(".a =~ \"^y\"", R"({"a":"xy"})"));
  CHECK_FALSE(is_match(".a =~ \"1\"", R"({"a":1})"));
  CHECK(is_match("not .a =~ \"x\""));
  CHECK(is_match(".a | test(\"\\\\d+$\")", R"({"a":"x12"})"));
}

TEST_CASE("in compares with each of a list") {
  CHECK(is_match(".a in (\"x\", 1, null)", R"({"a":1.0})"));
  CHECK(is_match(".a in(\"x\",1,null)"));
  CHECK_FALSE(is_match(".a in (\"x\")", R"({"a":"y"})"));
  CHECK(is_match("not .a in (1) and .b in (.a, .c)", R"({"a":2,"b":3,"c":3})"));
}

TEST_CASE("has asks for a field or an element, also one that is null") {
  CHECK(is_match("has(\"a\") and (has(\"b\") | not)", R"({"a":null})"));
  CHECK(is_match(".a | has(1)", R"({"a":[0,null]})"));
  CHECK_FALSE(is_match(".a | has(2)", R"({"a":[0,null]})"));
}

TEST_CASE("length is that of jq") {
  CHECK(is_match("length == 2", R"({"a":1,"b":2,"a":3})"));
  CHECK(is_match(".a | length == 2", R"({"a":"é1"})"));
  CHECK(is_match(".a | length == 3.5", R"({"a":-3.5})"));
  CHECK(is_match("(.a | length) == 0"));
}

TEST_CASE("sums join strings and pass over null") {
  CHECK(is_match(".a + .b == \"xy\"", R"({"a":"x","b":"y"})"));
  CHECK(is_match(".a + .b + .c == \"xyz\" and .c + .b + .a == \"zyx\"",
                 R"({"a":"x","b":"y","c":"z"})"));
  CHECK(is_match(".a + .b < .c + .a", R"({"a":"x","b":"y","c":"z"})"));
  CHECK(is_match(".none + 1 == 1 and 1 + .none == 1"));
}

TEST_CASE("what cannot be calculated matches neither way") {
  for (const std::string expression :
       {"1 / 0 == 0", "1 / .zero > 0", "1 - \"a\" == 0", "-\"a\" < 0", "\"a\" + 1 == 0",
        "(1 | has(\"a\"))", "(1 | test(\"1\"))", "(true | length) == 0", "(\"a\" | has(\"a\"))",
        "1 in (1 / 0)"}) {
    CAPTURE(expression);
    CHECK_FALSE(is_match(expression, R"({"zero":0})"));
    CHECK_FALSE(is_match("not " + expression, R"({"zero":0})"));
    CHECK(is_match("true or " + expression, R"({"zero":0})"));
    CHECK_FALSE(is_match(expression + " or true", R"({"zero":0})"));
  }
}

TEST_CASE("a filter knows the record around the value") {
  const TestRecord record = TestRecord("not JSON").key("k1").at(17, 1763902980250);
  CHECK(is_match("$key == \"k1\" and $topic == \"orders\" and $partition == 3", record));
  CHECK(is_match("$offset == 17 and $ts >= 1763902980250", record));
  CHECK(is_match("$key =~ \"^k\" and ($key | length) == 2", record));
  CHECK(is_match("$key == null", TestRecord("1")));
  CHECK(is_match("$key == \"\"", TestRecord("1").key("")));
}

TEST_CASE("of headers with one name the last counts") {
  const TestRecord record = TestRecord("1")
                                .header("h", "1")
                                .header("trace-id", "t1")
                                .header("h", "2")
                                .header("n", "x")
                                .header("n", std::nullopt);
  CHECK(is_match("$headers.h == \"2\"", record));
  CHECK(is_match("$headers[\"trace-id\"] =~ \"^t\"", record));
  CHECK(is_match("$headers.n == null and $headers.none == null", record));
}

TEST_CASE("the value is not parsed for an expression that does not ask for it") {
  EventParser parser;
  REQUIRE(parser.parse_copy("{\"before\":\"kept\"}"));
  const TestRecord record = TestRecord("{}").key("k");
  CHECK(Filter::parse("$key == \"k\" or .a")->matches({}, record.view(), parser));
  CHECK(**parser.key_at(*parse_path(".before")) == "kept");
}

}  // namespace estream::query
