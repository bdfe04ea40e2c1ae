#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <string>

#include "json/event_parser.h"
#include "json/value.h"
#include "support/seed.h"

namespace estream::json {

static std::string nested(std::size_t depth, std::string_view inside = "") {
  return std::string(depth, '[') + std::string(inside) + std::string(depth, ']');
}

TEST_CASE("ten million levels of nesting are refused, and soon") {
  EventParser parser;
  for (const std::string& text : {std::string(10'000'000, '['), nested(10'000'000)}) {
    const auto start = std::chrono::steady_clock::now();
    const auto outcome = parser.parse_copy(text);
    REQUIRE(!outcome);
    CHECK(outcome.error().message == "not JSON: nested too deeply, byte 1025");
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  }
}

TEST_CASE("the limit of nesting is the same for both parsers") {
  EventParser parser;
  for (const std::string_view inside : {"", "1", "{}", "{\"a\":1}"}) {
    for (std::size_t depth = 1020; depth < 1030; depth++) {
      CAPTURE(depth);
      const std::string text = nested(depth, inside);
      const bool is_json = depth + std::min<std::size_t>(inside.find_first_of("{") + 1, 1) <= 1024;
      REQUIRE(parser.parse_copy(text).has_value() == is_json);
      REQUIRE(!first_fault(text, depth_max) == is_json);
      REQUIRE(parser.parse_copy("[[1e400]]"));
    }
  }
}

TEST_CASE("a number that only the value's meaning has no room for is accepted") {
  EventParser parser;
  for (const std::string_view number :
       {"1e400", "-1e400", "1e-400", "123456789012345678901234567890", "18446744073709551616",
        "-9223372036854775809", "1e99999999999999999999", "0e99999999999999999999",
        "0.1234567890123456789012345678901234567890e-310"}) {
    CAPTURE(number);
    const std::string text = "{\"a\":[" + std::string(number) + "],\"k\":\"1e400\"}";
    REQUIRE(parser.parse_copy(text));
    CHECK(**parser.key_at(*parse_path(".a[0]")) == number);
    CHECK(**parser.key_at(*parse_path(".k")) == "1e400");
  }
}

TEST_CASE("a number of a million digits is accepted") {
  EventParser parser;
  const std::string digits(1'000'000, '7');
  REQUIRE(parser.parse_copy("[" + digits + "]"));
  CHECK(**parser.key_at(*parse_path(".[0]")) == digits);
}

TEST_CASE("a text that is wrong next to an odd number is still refused") {
  EventParser parser;
  for (const std::string_view text :
       {"[1e400,]", "[1e400", "{\"a\":1e400,\"b\":01}", "1e400 1", "[1e400,\"\xFF\"]"}) {
    CAPTURE(text);
    CHECK(!parser.parse_copy(text));
  }
}

TEST_CASE("an escaped lone surrogate is accepted and means U+FFFD") {
  EventParser parser;
  for (const std::string_view text : {R"({"a":"x\ud800y"})", R"({"a":"x\udc00y"})"}) {
    REQUIRE(parser.parse_copy(text));
    CHECK(parser.find(*parse_path(".a")).text == "x\xEF\xBF\xBDy");
    CHECK(parser.source_at(*parse_path(".")) == text);
  }
}

TEST_CASE("a huge string and a huge line are taken") {
  EventParser parser;
  const std::string text(20'000'000, 'x');
  REQUIRE(parser.parse_copy("{\"a\":\"" + text + "\"}"));
  CHECK((**parser.key_at(*parse_path(".a"))).size() == text.size());
  REQUIRE(parser.parse_copy("{}"));
}

static std::string mutated(std::string text, std::mt19937_64& random) {
  constexpr char bytes[] = "{}[]\",:\\ \n0123456789-+.eEtruefalsn\0\xFF\xC3\xA9u";
  for (std::uint64_t edits = random() % 3 + 1; edits > 0 && !text.empty(); edits--) {
    const std::size_t at = random() % text.size();
    const char byte = bytes[random() % (sizeof(bytes) - 1)];
    switch (random() % 3) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      default:
        text.erase(at, 1);
    }
  }
  return text;
}

TEST_CASE("what simdjson accepts and what has no fault are the same texts") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::string originals[] = {
      R"({"a":[1,-2.5e3,"x\n\u00e9\ud83d\ude00",true,false,null],"é":{"b":{}},"":[]})",
      R"([1e400,123456789012345678901,-0,"\ud800",{"a":1,"a":2}])",
      R"("plain")",
      "-12.5E-7",
  };
  EventParser parser;
  int accepted = 0;
  for (int i = 0; i < 40'000; i++) {
    const std::string text = mutated(originals[random() % std::size(originals)], random);
    CAPTURE(text);
    const bool is_accepted = parser.parse_copy(text).has_value();
    REQUIRE(is_accepted == (!is_blank(text) && !first_fault(text, depth_max)));
    if (is_accepted) REQUIRE(parser.source_at(*parse_path(".")));
    accepted += is_accepted ? 1 : 0;
  }
  CHECK(accepted > 1000);
}

}  // namespace estream::json
