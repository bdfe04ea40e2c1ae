#include "query/regex.h"

#include <doctest/doctest.h>

namespace estream::query {

static bool finds(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::parse(pattern);
  REQUIRE(regex);
  return regex->matches(text);
}

TEST_CASE("a regular expression searches the whole text") {
  CHECK(finds("b+c", "aabbcc"));
  CHECK_FALSE(finds("^b", "ab"));
  CHECK(finds("", ""));
  CHECK(finds(std::string_view("a\\x00b"), std::string_view("xa\0b", 4)));
}

TEST_CASE("a regular expression can be held against the whole text") {
  const auto whole = [](std::string_view pattern, std::string_view text) {
    const auto regex = Regex::parse(pattern);
    REQUIRE(regex);
    return regex->matches_whole(text);
  };
  CHECK(whole("a|ab|abc", "abc"));
  CHECK_FALSE(whole("a|b", "ab"));
  CHECK_FALSE(whole("a", "a\n"));
  CHECK_FALSE(whole("(?m)^a$", "a\nb"));
}

TEST_CASE("a character is one dot in UTF-8") {
  CHECK(finds("^gr.sse$", "grösse"));
  CHECK_FALSE(finds("^gr..sse$", "grösse"));
}

TEST_CASE("bytes that are not UTF-8 are found by a dot") {
  CHECK(finds("^a.b$",
              "a\xFF"
              "b"));
  CHECK(finds("[^x]b",
              "\xFF"
              "b"));
  CHECK(finds("ö", "\xFFö"));
}

TEST_CASE("a bad regular expression is refused with the reason") {
  const auto regex = Regex::parse("a(b");
  REQUIRE(!regex);
  CHECK(regex.error().code == Error::Code::usage);
  CHECK(regex.error().message == "not a regular expression: missing ): a(b");
  CHECK(Regex::parse("[").error().message == "not a regular expression: missing ]: [");
  CHECK(!Regex::parse("(?=x)"));
  CHECK(!Regex::parse("a{1000000}"));
}

}  // namespace estream::query
