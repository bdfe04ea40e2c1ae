#include "json/object_writer.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace estream::json {

TEST_CASE("an object has its fields in the order in which they are written") {
  std::string out = "before ";
  ObjectWriter(out)
      .text("topic", "orders")
      .number("partition", 0)
      .number("offset", INT64_MIN)
      .boolean("ok", true)
      .boolean("exact", false)
      .ratio("share", 1.0 / 3)
      .json("settings", "{\"a\":[1]}")
      .end();
  CHECK(out == R"(before {"topic":"orders","partition":0,"offset":-9223372036854775808,"ok":true,)"
               R"("exact":false,"share":0.3333,"settings":{"a":[1]}})");
}

TEST_CASE("a text is escaped, in base64 when it is not UTF-8, or null") {
  std::string out;
  ObjectWriter(out).text("a", "\"\n").text("key", "\xff").text("none", std::nullopt).end();
  CHECK(out == R"({"a":"\"\n","key_b64":"/w==","none":null})");
}

TEST_CASE("an object without fields is one, too") {
  std::string out;
  ObjectWriter(out).end();
  CHECK(out == "{}");
}

TEST_CASE("a value may be written by the caller") {
  std::string out;
  ObjectWriter object(out);
  object.number("n", 1).name("list");
  out += "[]";
  object.number("m", 2).end();
  CHECK(out == R"({"n":1,"list":[],"m":2})");
}

}  // namespace estream::json
