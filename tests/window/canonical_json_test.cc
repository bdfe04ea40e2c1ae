#include "window/canonical_json.h"

#include <doctest/doctest.h>

namespace estream::window {

static void same(std::string_view a, std::string_view b) {
  CAPTURE(std::string(a));
  CAPTURE(std::string(b));
  CHECK(canonical_json(a) == canonical_json(b));
}

static void different(std::string_view a, std::string_view b) {
  CAPTURE(std::string(a));
  CAPTURE(std::string(b));
  CHECK(canonical_json(a) != canonical_json(b));
}

TEST_CASE("equal values have one canonical form") {
  same("1", "1.0");
  same("1", "10e-1");
  same("-0", "0.00");
  same(R"("a")", R"("\u0061")");
  same(R"("/")", R"("\/")");
  same(R"("€")", R"("\u20ac")");
  same(R"("😀")", R"("\ud83d\ude00")");
  same(R"("\n")", R"("\u000a")");
  same("[1,2]", " [ 1.0 ,\t2\n] ");
  same("[]", "[ ]");
  same("{}", "{ }");
  same(R"({"a":1,"b":[2]})", R"({ "b" : [ 2.0 ] , "a" : 1 })");
  same(R"({"a":1,"a":2})", R"({"a":2})");
  same(R"({"a":2,"\u0061":1})", R"({"a":1})");
  same(R"({"a":{"c":1,"b":null}})", R"({"a":{"b":null,"c":1}})");
}

TEST_CASE("different values have different canonical forms") {
  different("1", "\"1\"");
  different("1", "2");
  different("1", "1.000000000000000001");
  different("true", "\"true\"");
  different("[1,2]", "[12]");
  different("[1,2]", "[2,1]");
  different("[[1],2]", "[1,[2]]");
  different("[]", "{}");
  different("[null]", "[]");
  different(R"({"a":1})", R"({"a":"1"})");
  different(R"({"a":1,"b":2})", R"({"a":2,"b":1})");
  different(R"({"a":{"b":1}})", R"({"a":1,"b":1})");
  different(R"(["a","b"])", R"(["a\",\"b"])");
  different(R"("a")", R"("a ")");
  different(R"("\\u0061")", R"("a")");
}

TEST_CASE("what is its own canonical form is told quickly") {
  for (const char* json : {R"("a")", R"("")", "true", "false", R"("a,b]")"}) {
    CAPTURE(json);
    CHECK(is_canonical_json(json));
    CHECK(canonical_json(json) == json);
  }
  for (const char* json : {"[1]", "{}", R"("\n")"}) CHECK_FALSE(is_canonical_json(json));
}

TEST_CASE("deep nesting and half a surrogate pair are no trouble") {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  same(deep, deep + " ");
  different(deep, deep.substr(1, deep.size() - 2));
  different(R"("\ud800")", R"("x")");
}

}  // namespace estream::window
