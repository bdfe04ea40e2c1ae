#include "query/filter_lexer.h"

#include <doctest/doctest.h>

namespace estream::query {

using namespace json;

using Kind = FilterToken::Kind;

static std::vector<FilterToken> tokens_of(std::string_view text) {
  auto tokens = tokenize_filter({text});
  REQUIRE_MESSAGE(tokens.has_value(), tokens.error().message);
  CHECK(tokens->back().kind == Kind::end);
  return *std::move(tokens);
}

static std::string error_of(std::string_view text) {
  const auto tokens = tokenize_filter({text});
  return tokens ? "accepted" : tokens.error().message;
}

TEST_CASE("a filter is cut into tokens, with space or without") {
  for (const std::string_view text :
       {".a[0]<=1 and$key==\"x\"", " .a[0] <= 1\tand $key == \"x\" "}) {
    const auto tokens = tokens_of(text);
    REQUIRE(tokens.size() == 8);
    CHECK(tokens[0].path.steps.size() == 2);
    CHECK(tokens[1].text == "<=");
    CHECK(compare(tokens[2].number, Number(std::int64_t{1})) == 0);
    CHECK(tokens[3].kind == Kind::name);
    CHECK(tokens[4].text == "key");
    CHECK(tokens[6].kind == Kind::string);
  }
}

TEST_CASE("a number is an exact integer where it fits") {
  CHECK(std::holds_alternative<std::int64_t>(tokens_of("9223372036854775807")[0].number));
  CHECK(std::holds_alternative<std::uint64_t>(tokens_of("9223372036854775808")[0].number));
  CHECK(std::holds_alternative<double>(tokens_of("18446744073709551616")[0].number));
  CHECK(std::holds_alternative<double>(tokens_of("1.5e3")[0].number));
}

TEST_CASE("a header's name may stand in quotes") {
  for (const std::string_view text :
       {"$headers.trace", "$headers[\"trace\"]", "$headers.\"trace\"", "$headers.[\"trace\"]"}) {
    CAPTURE(text);
    const auto tokens = tokens_of(text);
    REQUIRE(tokens.size() == 2);
    CHECK(*std::get_if<std::string>(&tokens[0].path.steps.front()) == "trace");
  }
  CHECK(error_of("$headers") == "column 1: expected $headers.name or $headers[\"odd-name\"]");
  CHECK(error_of("$headers.a.b") == "column 1: expected $headers.name or $headers[\"odd-name\"]");
  CHECK(error_of("$headers.trace-id") ==
        "column 15: expected $headers.name or $headers[\"odd-name\"]");
}

TEST_CASE("habits from other languages are answered with a hint") {
  CHECK(error_of(".a = 1") == "column 4: write == to compare");
  CHECK(error_of(".a && .b") == "column 4: write: and");
  CHECK(error_of(".a || .b") == "column 4: write: or");
  CHECK(error_of("!.a") == "column 1: write: not");
  CHECK(error_of(".a == 'x'") == "column 7: strings must be in double quotes");
  CHECK(error_of(".a // 1") == "column 4: // is jq's; pipe the output to jq for that");
  CHECK(error_of(".a == {}") == "column 7: no objects here; pipe the output to jq");
  CHECK(error_of(".a == [1]") ==
        "column 7: no arrays here; compare with .a in (1, 2), or pipe the output to jq");
}

TEST_CASE("what is no token is named by its column") {
  CHECK(error_of(".a ; .b") == "column 4: this character is not allowed here");
  CHECK(error_of(".a == 01") == "column 7: this is not a number as JSON writes it");
  CHECK(error_of(".a == 1x") == "column 7: this is not a number as JSON writes it");
  CHECK(error_of(".a == 1e999") == "column 7: this number is too large or too small");
  CHECK(error_of(".a == \"x") == "column 7: this string has no closing quote");
  CHECK(error_of(".a == \"\xFF\"") == "column 1: the expression is not UTF-8");
  CHECK(error_of(std::string_view(".a\0", 3)) == "column 3: this character is not allowed here");
}

}  // namespace estream::query
