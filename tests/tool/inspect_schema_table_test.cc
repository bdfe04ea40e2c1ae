#include "tool/inspect/schema_table.h"

#include <doctest/doctest.h>

using namespace estream::tool;

namespace {

using Field = SchemaTable::Field;

const Field& field(const SchemaTable& schema, const std::string& path) {
  const auto found = schema.fields().find(path);
  if (found == schema.fields().end()) FAIL("no field " << path);
  return found->second;
}

std::int64_t integer(const std::optional<estream::json::Number>& number) {
  REQUIRE(number);
  return std::get<std::int64_t>(*number);
}

}  // namespace

TEST_CASE("fields are found with types, bounds and share") {
  SchemaTable schema;
  schema.add(R"({"a":3,"b":{"c":"x"},"odd name":null})");
  schema.add(R"({"a":-9007199254740993,"b":{"c":"abc"}})");
  schema.add(R"({"a":"text"})");
  CHECK(schema.events() == 3);
  CHECK(field(schema, ".").types.at("object") == 3);
  CHECK(field(schema, ".a").types.at("integer") == 2);
  CHECK(field(schema, ".a").types.at("string") == 1);
  CHECK(integer(field(schema, ".a").least_number) == -9007199254740993);
  CHECK(integer(field(schema, ".a").greatest_number) == 3);
  CHECK(field(schema, ".b.c").least_text == "abc");
  CHECK(field(schema, ".b.c").present == 2);
  CHECK(field(schema, R"(."odd name")").types.at("null") == 1);
  CHECK(field(schema, ".a").example == "3");
}

TEST_CASE("the elements of an array are one field, present once an event") {
  SchemaTable schema;
  schema.add(R"({"l":[{"n":1},{"n":2.5}]})");
  CHECK(field(schema, ".l[].n").present == 1);
  CHECK(field(schema, ".l[].n").types.at("integer") == 1);
  CHECK(field(schema, ".l[].n").types.at("number") == 1);
}

TEST_CASE("what is not JSON is told apart") {
  SchemaTable schema;
  schema.add(std::nullopt);
  schema.add("hello");
  schema.add("\xff");
  schema.add("17");
  const Field& root = field(schema, ".");
  CHECK(root.types.at("tombstone") == 1);
  CHECK(root.types.at("text") == 1);
  CHECK(root.types.at("binary") == 1);
  CHECK(root.types.at("integer") == 1);
}

TEST_CASE("depth and number of fields are bounded, and it is said") {
  SchemaTable deep;
  deep.add(std::string(40, '[') + "1" + std::string(40, ']'));
  CHECK(!deep.is_complete());
  SchemaTable wide;
  for (int i = 0; i < 10'100; i++) wide.add("{\"f" + std::to_string(i) + "\":1}");
  CHECK(!wide.is_complete());
  CHECK(wide.fields().size() == 10'000);
}

TEST_CASE("long texts are shortened at a character") {
  SchemaTable schema;
  schema.add("{\"a\":\"" + std::string(39, 'x') + "\xc3\xa4\xc3\xa4\"}");
  CHECK(field(schema, ".a").least_text == std::string(39, 'x') + "...");
}
