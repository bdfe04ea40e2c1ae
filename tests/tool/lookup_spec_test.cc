#include "tool/lookup/lookup_spec.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::tool;

TEST_CASE("a lookup has a name, a topic and maybe a path") {
  const auto with_path = parse_lookup("customer=customers[.order.customer_id]");
  REQUIRE(with_path);
  CHECK(with_path->name == "customer");
  CHECK(with_path->topic == "customers");
  REQUIRE(with_path->key);
  CHECK(with_path->key->text == ".order.customer_id");
  const auto alone = parse_lookup("odd name=./dir/customers:0,2");
  REQUIRE(alone);
  CHECK(alone->name == "odd name");
  CHECK(alone->topic == "./dir/customers:0,2");
  CHECK(!alone->key);
}

TEST_CASE("a path in a lookup may have brackets and equals signs") {
  const auto element = parse_lookup("x=t[.items[0].id]");
  REQUIRE(element);
  CHECK(element->topic == "t");
  CHECK(element->key->text == ".items[0].id");
  const auto odd = parse_lookup(R"(x=t[.["a=b]"]])");
  REQUIRE(odd);
  CHECK(odd->key->text == R"(.["a=b]"])");
}

TEST_CASE("what is no lookup is refused") {
  for (const char* text : {"", "x", "=t", "x=", "x=[.k]", "x=t[.k", "x=t[.k]y", "x=t[]", ".x=t",
                           "x=t[k]", "x=t[.k .l]", "\xff=t"}) {
    CAPTURE(text);
    const auto lookup = parse_lookup(text);
    REQUIRE(!lookup);
    CHECK(lookup.error().code == Error::Code::usage);
  }
}
