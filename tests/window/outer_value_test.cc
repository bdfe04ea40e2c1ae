#include "window/outer_value.h"

#include <doctest/doctest.h>

#include <string>

namespace estream::window {

using Which = OuterValue::Which;

static Argument text(std::string_view json) {
  Argument value;
  value.kind = Argument::Kind::other;
  value.json = json;
  return value;
}

static std::string printed(const OuterValue& value) {
  std::string text;
  value.append(text);
  return text;
}

TEST_CASE("the first and the last value are those of the order, not of the adding") {
  OuterValue first(Which::first);
  OuterValue last(Which::last);
  CHECK(printed(first) == "null");
  for (OuterValue* value : {&first, &last}) {
    value->add(text("\"b\""), {.time = {5}, .source = 1, .offset = {3}});
    value->add(text("\"c\""), {.time = {5}, .source = 1, .offset = {4}});
    value->add(text("\"a\""), {.time = {5}, .source = 0, .offset = {9}});
    value->add(text("\"d\""), {.time = {6}, .source = 0, .offset = {8}});
    value->add(text("\"b2\""), {.time = {5}, .source = 1, .offset = {3}});
  }
  CHECK(printed(first) == "\"a\"");
  CHECK(printed(last) == "\"d\"");
}

TEST_CASE("of two parts the outer one stays") {
  OuterValue late(Which::last);
  late.add(text("2"), {.time = {2}, .source = 0, .offset = {0}});
  OuterValue early(Which::last);
  early.add_all(late);
  CHECK(printed(early) == "2");
  early.add(text("1"), {.time = {1}, .source = 0, .offset = {1}});
  CHECK(printed(early) == "2");
  early.add_all(OuterValue(Which::last));
  CHECK(printed(early) == "2");
}

TEST_CASE("a saved value comes back, and damage does not") {
  OuterValue value(Which::first);
  value.add(text(R"({"a":[1]})"), {.time = {-1}, .source = 4'000'000'000, .offset = {1L << 60}});
  std::string bytes;
  value.save(bytes);
  OuterValue loaded(Which::first);
  VarintCursor cursor(bytes);
  REQUIRE(loaded.load(cursor));
  std::string again;
  loaded.save(again);
  CHECK(again == bytes);
  for (std::size_t size = 0; size < bytes.size(); size++) {
    VarintCursor cut(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(OuterValue(Which::first).load(cut));
  }
}

}  // namespace estream::window
