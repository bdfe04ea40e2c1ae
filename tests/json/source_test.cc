#include "json/source.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace estream::json {

using Texts = std::vector<std::string>;

static Texts children_of(std::string_view text) {
  Texts children;
  ChildCursor cursor(text);
  while (const auto child = cursor.next()) children.emplace_back(*child);
  return children;
}

TEST_CASE("the children of an array are its elements without the space around them") {
  CHECK(children_of("[]") == Texts{});
  CHECK(children_of(" [ \n ] ") == Texts{});
  CHECK(children_of("[1]") == Texts{"1"});
  CHECK(children_of("[1,-2.5e3 , null\t,\"a\" ]") == Texts{"1", "-2.5e3", "null", "\"a\""});
}

TEST_CASE("the children of an object are its values") {
  CHECK(children_of("{}") == Texts{});
  CHECK(children_of(R"({"a":1,"b" : "x"})") == Texts{"1", "\"x\""});
  CHECK(children_of(R"({"a":1,"a":2})") == Texts{"1", "2"});
}

TEST_CASE("brackets, commas and quotes inside strings end nothing") {
  CHECK(children_of(R"(["a,]}[{\"",{"k]":"\\"},[["]"]]])") ==
        Texts{R"("a,]}[{\"")", R"({"k]":"\\"})", R"([["]"]])"});
  CHECK(children_of(R"({"a\"b\\":[1]})") == Texts{"[1]"});
}

TEST_CASE("odd spacing inside a child is kept") {
  CHECK(children_of("[ {\"a\" :\t[ 1 ,2 ]}\r\n]") == Texts{"{\"a\" :\t[ 1 ,2 ]}"});
}

TEST_CASE("trimming takes the space of JSON and no other") {
  CHECK(trimmed(" \t\r\n1 2\n") == "1 2");
  CHECK(trimmed(" \n") == "");
  CHECK(trimmed("\v1\f") == "\v1\f");
}

}  // namespace estream::json
