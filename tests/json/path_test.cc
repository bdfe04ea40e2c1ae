#include "json/path.h"

#include <doctest/doctest.h>

namespace estream::json {

// The steps of a path as text, or the error.
static std::string steps_of(std::string_view text) {
  const auto path = parse_path(text);
  if (!path) {
    CHECK(path.error().code == Error::Code::usage);
    return path.error().message;
  }
  CHECK(path->text == text);
  std::string steps;
  for (const Path::Step& step : path->steps) {
    if (const auto* const name = std::get_if<std::string>(&step)) steps += "<" + *name + ">";
    if (const auto* const index = std::get_if<std::int64_t>(&step)) steps += std::to_string(*index);
  }
  return steps;
}

TEST_CASE("a path is read into its steps") {
  CHECK(steps_of(".") == "");
  CHECK(steps_of(".user") == "<user>");
  CHECK(steps_of(".a.b_2[0].c") == "<a><b_2>0<c>");
  CHECK(steps_of(".[3]") == "3");
  CHECK(steps_of(".a[-1]") == "<a>-1");
  CHECK(steps_of(".größe") == "<größe>");
}

TEST_CASE("a path's odd names stand in quotes") {
  CHECK(steps_of(R"(."odd name")") == "<odd name>");
  CHECK(steps_of(R"(.["odd name"])") == "<odd name>");
  CHECK(steps_of(R"(.a["b.c"]."d\"e")") == "<a><b.c><d\"e>");
  CHECK(steps_of(R"(."".a)") == "<><a>");
  CHECK(steps_of(R"(."\u00e9")") == "<é>");
}

TEST_CASE("a path's mistake is named by its column") {
  CHECK(steps_of("") == "column 1: a path begins with a dot, as in .user");
  CHECK(steps_of("user") == "column 1: a path begins with a dot, as in .user");
  CHECK(steps_of(".a.") == "column 4: expected a field name; quote odd ones, as in .\"odd name\"");
  CHECK(steps_of("..a") == "column 2: expected a field name; quote odd ones, as in .\"odd name\"");
  CHECK(steps_of(".a-b") ==
        "column 3: expected . or [ or the end; quote names with odd characters");
  CHECK(steps_of(".a[") == "column 4: expected an index such as [0] or a name such as [\"a\"]");
  CHECK(steps_of(".a[99999999999999999999]") ==
        "column 4: expected an index such as [0] or a name such "
        "as [\"a\"]");
  CHECK(steps_of(".a[0") == "column 5: expected ]");
  CHECK(steps_of(".\"a") == "column 2: this string has no closing quote");
  CHECK(steps_of(".0") == "column 2: expected . or [ or the end; quote names with odd characters");
}

TEST_CASE("a path inside other text ends where it no longer continues") {
  const auto token = read_path({"not .a[1].b == 2"}, 4);
  REQUIRE(token);
  CHECK(token->end == 11);
  CHECK(token->path.steps.size() == 3);
  CHECK(token->path.text == ".a[1].b");
}

}  // namespace estream::json
