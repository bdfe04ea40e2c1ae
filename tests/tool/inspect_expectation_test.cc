#include "tool/inspect/expectation.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::tool;

namespace {

Expectation parsed(std::string_view text) {
  const auto expectation = Expectation::parse(text);
  if (!expectation) FAIL(expectation.error().message);
  return *expectation;
}

}  // namespace

TEST_CASE("each relation holds where it should") {
  const auto holds = [](std::string_view text) {
    const Expectation expectation = parsed(text);
    std::string out;
    for (const std::int64_t actual : {9, 10, 11}) out += expectation.holds(actual) ? '1' : '0';
    return out;
  };
  CHECK(holds("count == 10") == "010");
  CHECK(holds("count != 10") == "101");
  CHECK(holds("count < 10") == "100");
  CHECK(holds("count <= 10") == "110");
  CHECK(holds("count>10") == "001");
  CHECK(holds(" count >=10 ") == "011");
}

TEST_CASE("values are read by what is compared") {
  CHECK(parsed("count == 2k").value == 2000);
  CHECK(parsed("size < 10M").value == 10 << 20);
  CHECK(parsed("age < 5m").value == 300'000);
  CHECK(parsed("last >= 41").quantity == Expectation::Quantity::last);
}

TEST_CASE("a filter may hold parentheses and quotes of its own") {
  const Expectation expectation = parsed(R"x(count((.a == ")\"(") and has("b")) >= 1)x");
  CHECK(expectation.filter.has_value());
  CHECK(expectation.value == 1);
  CHECK(expectation.condition_text == ">= 1");
}

TEST_CASE("what makes no sense is refused with advice") {
  for (const char* text :
       {"", "count", "counts == 1", "count = 1", "count == ", "count == x", "count(.a == 1",
        "age(.a) < 1s", "age < 5", "count(.a ==) == 1", "count == 1 2"}) {
    CAPTURE(text);
    const auto expectation = Expectation::parse(text);
    REQUIRE(!expectation);
    CHECK(expectation.error().code == Error::Code::usage);
    CHECK(expectation.error().message.starts_with("expect: "));
  }
}

TEST_CASE("offsets may be negative, counts may not") {
  CHECK(parsed("last == -1").holds(-1));
  CHECK(!Expectation::parse("count == -1"));
  CHECK(!Expectation::parse("last == -"));
}

TEST_CASE("several comparisons are refused with a hint") {
  for (const char* text : {"age < 1h and count > 3", "count > 3 || count == 0"}) {
    const auto outcome = Expectation::parse(text);
    REQUIRE(!outcome);
    CHECK(outcome.error().message.find("write one comparison") != std::string::npos);
  }
}

TEST_CASE("what only grows beyond its value cannot come true any more") {
  CHECK(parsed("count == 3").may_hold_later(3));
  CHECK(!parsed("count == 3").may_hold_later(4));
  CHECK(parsed("count < 3").may_hold_later(2));
  CHECK(!parsed("count < 3").may_hold_later(3));
  CHECK(!parsed("size <= 1K").may_hold_later(1025));
  CHECK(parsed("count != 3").may_hold_later(3));
  CHECK(parsed("count >= 3").may_hold_later(2));
  CHECK(parsed("age < 5m").may_hold_later(no_age));
}

TEST_CASE("a contradiction names both sides") {
  CHECK(parsed("count == 1000").contradiction(999) == "count is 999, expected == 1000");
  CHECK(parsed("age < 5m").contradiction(3'600'000) == "age is 1h, expected < 5m");
  CHECK(parsed("age < 5m").contradiction(no_age) ==
        "age is infinite, because there is no record, expected < 5m");
}
