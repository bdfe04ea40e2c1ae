#include "query/computation.h"

#include <doctest/doctest.h>

#include "json/records.h"

namespace estream::query {

using namespace json;
using Kind = Computed::Kind;

namespace {

struct Outcome {
  Kind kind;
  std::string text;
  std::string json;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome computed(std::string_view expression, std::optional<std::string> value,
                 bool wants_json = true) {
  const auto computation = Computation::parse(expression);
  REQUIRE(computation);
  EventParser parser;
  const RecordPlace place = {"orders", 3};
  const TestRecord record(std::move(value));
  const RecordView view = record.view();
  Subject subject(place, view, parser);
  Computed out;
  computation->compute(subject, wants_json, out);
  return {out.kind, std::string(out.text), std::string(out.json)};
}

}  // namespace

TEST_CASE("a field is given as it is written") {
  const std::string event = R"({"a":12.50,"s":"x\ny","o":{ "b" : [1, 2]},"t":true,"n":null})";
  CHECK(computed(".a", event) == Outcome{Kind::number, "", "12.50"});
  CHECK(computed(".s", event) == Outcome{Kind::string, "x\ny", R"("x\ny")"});
  CHECK(computed(".o", event) == Outcome{Kind::other, "", R"({ "b" : [1, 2]})"});
  CHECK(computed(".t", event) == Outcome{Kind::other, "", "true"});
  CHECK(computed(".n", event) == Outcome{Kind::nothing, "", ""});
  CHECK(computed(".missing.deep", event) == Outcome{Kind::nothing, "", ""});
  CHECK(computed(".a.b", event) == Outcome{Kind::nothing, "", ""});
}

TEST_CASE("a value that has line breaks between its tokens is on one line") {
  CHECK(computed(".o", "{\"o\":{\n \"b\":1}}") == Outcome{Kind::other, "", "{ \"b\":1}"});
}

TEST_CASE("a calculated value has a text of its own") {
  const std::string event = R"({"a":3,"b":"x","c":[1,{"d":2}]})";
  CHECK(computed(".a * 2", event) == Outcome{Kind::number, "", "6"});
  CHECK(computed(".b + \"y\"", event) == Outcome{Kind::string, "xy", "\"xy\""});
  CHECK(computed(".c | .[1]", event) == Outcome{Kind::other, "", R"({"d":2})"});
  CHECK(computed(".a > 2", event) == Outcome{Kind::other, "", "true"});
  CHECK(computed("$topic", event) == Outcome{Kind::string, "orders", "\"orders\""});
  CHECK(computed("$partition", event) == Outcome{Kind::number, "", "3"});
  CHECK(computed(".a / 0", event) == Outcome{Kind::nothing, "", ""});
}

TEST_CASE("an integer has no text unless it is asked for, and a decimal always has it") {
  CHECK(computed(".a", R"({"a":3})", false) == Outcome{Kind::number, "", ""});
  CHECK(computed(".a", R"({"a":3.10})", false) == Outcome{Kind::number, "", "3.10"});
}

TEST_CASE("what is not JSON, and a tombstone, have no fields") {
  CHECK(computed(".a", "no JSON").kind == Kind::nothing);
  CHECK(computed(".a", std::nullopt).kind == Kind::nothing);
  CHECK(computed("$offset", "no JSON").kind == Kind::number);
}

TEST_CASE("several expressions for one record parse its value once") {
  const auto first = Computation::parse(".a");
  const auto second = Computation::parse(".b == 2");
  EventParser parser;
  const RecordPlace place;
  const TestRecord record(R"({"a":"x","b":2})");
  const RecordView view = record.view();
  Subject subject(place, view, parser);
  Computed out;
  first->compute(subject, false, out);
  CHECK(second->is_true(subject));
  CHECK(out.text == "x");  // It points into the one parse.
}

TEST_CASE("a list is cut at the commas outside of quotes and brackets") {
  using Parts = std::vector<std::string_view>;
  CHECK(split_list(".a, .b") == Parts{".a", ".b"});
  CHECK(split_list("n=count,t=top(3, .x)") == Parts{"n=count", "t=top(3, .x)"});
  CHECK(split_list(R"(."a,b" , .["c)\",d"])") == Parts{R"(."a,b")", R"(.["c)\",d"])"});
  CHECK(split_list("") == Parts{""});
  CHECK(split_list("a,") == Parts{"a", ""});
}

}  // namespace estream::query
