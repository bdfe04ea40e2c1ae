#include <doctest/doctest.h>

#include <string>

#include "query/filter.h"

namespace estream::query {

using namespace json;

static std::string error_of(std::string_view text) {
  const auto filter = Filter::parse(text);
  if (filter) return "accepted";
  CHECK(filter.error().code == Error::Code::usage);
  return filter.error().message;
}

static std::string repeated(std::size_t count, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < count; i++) result += text;
  return result;
}

TEST_CASE("a mistake in a filter is named by its column") {
  CHECK(error_of("") == "column 1: expected a path, a literal, a $variable, a function or (");
  CHECK(error_of(".a ==") == "column 6: expected a path, a literal, a $variable, a function or (");
  CHECK(error_of("(.a") == "column 4: expected )");
  CHECK(error_of(".a)") == "column 3: expected an operator or the end");
  CHECK(error_of(".a .b") == "column 4: expected an operator or the end");
  CHECK(error_of(".a == 1 == 2") ==
        "column 9: only one comparison is allowed here; join two comparisons with and");
  CHECK(error_of("$foo") ==
        "column 1: expected $key, $ts, $partition, $offset, $topic or $headers.name");
  CHECK(error_of("keys") ==
        "column 1: there is no function keys; the functions are has, in, length, not and "
        "test; a field begins with a dot, a text has quotes");
  CHECK(error_of(".a =~ .b") == "column 7: expected a regular expression in quotes");
  CHECK(error_of(".a =~ \"(\"") == "column 7: not a regular expression: missing ): (");
  CHECK(error_of("test(\"(\")") == "column 6: not a regular expression: missing ): (");
  CHECK(error_of("has(.a)") == "column 5: expected a name in quotes or an index");
  CHECK(error_of("has(1.5)") == "column 5: expected a name in quotes or an index");
  CHECK(error_of(".a in 1") == "column 7: expected (");
  CHECK(error_of(".a in ()") ==
        "column 8: expected a path, a literal, a $variable, a function or (");
  CHECK(error_of(".a |") == "column 5: expected a path, a literal, a $variable, a function or (");
}

TEST_CASE("a pipe that takes more on its left than was meant is refused") {
  const std::string message =
      "the expression left of | is only true or false; use parentheses, as in .a and (.b | length "
      "> "
      "2)";
  CHECK(error_of(".a == 1 and .b | test(\"x\")") == "column 16: " + message);
  CHECK(error_of(".a and .b | length > 2") == "column 11: " + message);
  CHECK(error_of(".a > 1 | .b") == "column 8: " + message);
  CHECK(error_of("(.a | length > 2) | .b") == "column 19: " + message);
  CHECK(error_of(".a == 1 and .b | not") == "accepted");
  CHECK(error_of(".a | not in (true)") == "accepted");
  CHECK(error_of(".a == 1 and (.b | test(\"x\"))") == "accepted");
}

TEST_CASE("hostile nesting is refused whatever it is made of") {
  const std::string message = "the expression is nested too deeply";
  for (const auto& [open, close] : std::initializer_list<std::pair<std::string, std::string>>{
           {"(", ")"}, {"not ", ""}, {"-", ""}, {"not (", ")"}, {"-(", ")"}}) {
    CHECK(error_of(repeated(20'000, open) + ".a" + repeated(20'000, close)).ends_with(message));
    CHECK(error_of(repeated(20, open) + ".a" + repeated(20, close)) == "accepted");
  }
  CHECK(error_of(".a" + repeated(20'000, " + 1")).ends_with(message));
  CHECK(error_of(".a" + repeated(20'000, " / 2")).ends_with(message));
  CHECK(error_of(".a" + repeated(50, " + 1")) == "accepted");
}

TEST_CASE("a long list of alternatives is no nesting") {
  CHECK(error_of(".a == 1" + repeated(20'000, " or .a == 2")) == "accepted");
  CHECK(error_of(".a == 1" + repeated(20'000, " and .a == 2")) == "accepted");
  CHECK(error_of(".a" + repeated(20'000, " | .a")) == "accepted");
  CHECK(error_of(".a in (1" + repeated(20'000, ", 2") + ")") == "accepted");
}

}  // namespace estream::query
