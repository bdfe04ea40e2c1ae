#include "json/value_writer.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

namespace estream::json {

static std::string field_of(std::optional<std::string_view> value) {
  EventParser parser;
  std::string line;
  ObjectWriter writer(line);
  write_value(writer, "event", value, parser);
  writer.end();
  return line;
}

static std::string item_of(std::optional<std::string_view> value) {
  EventParser parser;
  std::string out = "[";
  append_value(out, value, parser);
  return out;
}

TEST_CASE("a value is a field of the name that is asked for") {
  CHECK(field_of(R"({"a":1.50})") == R"({"event":{"a":1.50}})");
  CHECK(field_of(std::nullopt) == R"({"event":null})");
  CHECK(field_of(" 1\r") == R"({"event":1,"event_before":" ","event_after":"\r"})");
  CHECK(field_of("hello") == R"({"event_text":"hello"})");
  CHECK(field_of("{\n}") == R"({"event_text":"{\n}"})");
  CHECK(field_of("\xFF") == R"({"event_b64":"/w=="})");
}

TEST_CASE("a value is an item of an array") {
  CHECK(item_of(R"({"a":1.50})") == R"([{"a":1.50})");
  CHECK(item_of(std::nullopt) == "[null");
  CHECK(item_of(" 1\r") == "[1");
  CHECK(item_of("hello") == R"(["hello")");
  CHECK(item_of("{\n}") == R"(["{\n}")");
  CHECK(item_of("") == R"([")"
                       "\"");
  CHECK(item_of("\xFF") == R"([{"value_b64":"/w=="})");
}

}  // namespace estream::json
