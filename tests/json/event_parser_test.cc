#include "json/event_parser.h"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>

namespace estream::json {

static std::string parse_error(std::string_view text) {
  EventParser parser;
  const auto outcome = parser.parse_copy(text);
  if (outcome) return "accepted";
  CHECK(outcome.error().code == Error::Code::data);
  return outcome.error().message;
}

static std::string key_of(std::string_view text, std::string_view path) {
  EventParser parser;
  REQUIRE(parser.parse_copy(text));
  const auto key = parser.key_at(*parse_path(path));
  if (!key) {
    CHECK(key.error().code == Error::Code::data);
    return key.error().message;
  }
  return *key ? "<" + std::string(**key) + ">" : "nothing";
}

static std::string time_of(std::string_view text, std::string_view path = ".t") {
  EventParser parser;
  REQUIRE(parser.parse_copy(text));
  const auto time = parser.time_at(*parse_path(path));
  if (!time) return time.error().message;
  return *time ? std::to_string((*time)->ms) : "nothing";
}

TEST_CASE("a line is parsed in place with nothing but padding after it") {
  const std::string_view text = R"({"user":"u1"})";
  // Exactly as much memory as promised, so that the sanitizer notices a read beyond it.
  const auto memory = std::make_unique<char[]>(text.size() + padding_bytes);
  std::memcpy(memory.get(), text.data(), text.size());
  EventParser parser;
  REQUIRE(parser.parse({memory.get(), text.size()}));
  CHECK(**parser.key_at(*parse_path(".user")) == "u1");
}

TEST_CASE("what follows a line is not read as part of it") {
  const std::string lines = "12\n34" + std::string(padding_bytes, '5');
  EventParser parser;
  REQUIRE(parser.parse(std::string_view(lines).substr(0, 2)));
  CHECK(**parser.key_at(*parse_path(".")) == "12");
  CHECK(!parser.parse(std::string_view(lines).substr(0, 4)));
  const std::string words = "tru" + std::string(padding_bytes, 'e');
  CHECK(!parser.parse(std::string_view(words).substr(0, 3)));
}

TEST_CASE("a refused line says why and where, counted from one") {
  CHECK(parse_error(R"({"a":1,})") == "not JSON: expected a field name in quotes, byte 8");
  CHECK(parse_error("hello") == "not JSON: expected a value, byte 1");
  CHECK(parse_error("{} {}") == "not JSON: there is more text after the value, byte 4");
  CHECK(parse_error("\"\xFF\"") == "not JSON: this is not UTF-8, byte 2");
  CHECK(parse_error("\xEF\xBB\xBF{}") ==
        "not JSON: there is a byte order mark before the value, byte 1");
}

TEST_CASE("a blank line is an error of its own") {
  for (const std::string_view line : {"", " ", "\t\r\n "}) {
    CHECK(parse_error(line) == "blank line");
    CHECK(is_blank(line));
  }
  CHECK_FALSE(is_blank(" 0"));
}

TEST_CASE("a parser is good for the next line after one that it refused") {
  EventParser parser;
  CHECK(!parser.parse_copy("{"));
  REQUIRE(parser.parse_copy("{\"a\":1}"));
  CHECK(**parser.key_at(*parse_path(".a")) == "1");
}

TEST_CASE("a string key is unescaped") {
  CHECK(key_of(R"({"user":"u1"})", ".user") == "<u1>");
  CHECK(key_of(R"({"a":[{"b":"x\n\"\u00e9"}]})", ".a[0].b") == "<x\n\"é>");
  CHECK(key_of(R"({"user":""})", ".user") == "<>");
  CHECK(key_of(R"({"user":"a\u0000b"})", ".user") == std::string("<a\0b>", 5));
  CHECK(key_of(R"({"us\u0065r":"u1"})", ".user") == "<u1>");
  CHECK(key_of(R"({"":"e"})", ".\"\"") == "<e>");
}

TEST_CASE("a number or boolean key is taken as it is written") {
  CHECK(key_of(R"({"id" : 42 })", ".id") == "<42>");
  CHECK(key_of(R"({"id":-0})", ".id") == "<-0>");
  CHECK(key_of(R"({"id":1.10})", ".id") == "<1.10>");
  CHECK(key_of(R"({"id":1E2})", ".id") == "<1E2>");
  CHECK(key_of(R"({"id":18446744073709551615})", ".id") == "<18446744073709551615>");
  CHECK(key_of(R"({"id":true})", ".id") == "<true>");
  CHECK(key_of(" 7 ", ".") == "<7>");
}

TEST_CASE("a null or missing key is nothing") {
  CHECK(key_of(R"({"user":null})", ".user") == "nothing");
  CHECK(key_of(R"({"a":1})", ".user") == "nothing");
  CHECK(key_of(R"({"a":1})", ".a.b") == "nothing");
  CHECK(key_of("[1]", ".user") == "nothing");
  CHECK(key_of("[1]", ".[1]") == "nothing");
}

TEST_CASE("an array or object cannot be a key") {
  CHECK(key_of(R"({"user":{}})", ".user") == "field .user is an object, which cannot be a key");
  CHECK(key_of(R"({"user":[]})", ".user") == "field .user is an array, which cannot be a key");
}

TEST_CASE("of fields with the same name the last one counts") {
  CHECK(key_of(R"({"a":"first","b":0,"a":"last"})", ".a") == "<last>");
  CHECK(key_of(R"({"a":{"b":1},"a":{"b":2.50,"b":3.50}})", ".a.b") == "<3.50>");
  CHECK(key_of(R"({"a":"first","a":null})", ".a") == "nothing");
}

TEST_CASE("an array's elements are found from both ends") {
  CHECK(key_of("[1,[2,3],4]", ".[1][0]") == "<2>");
  CHECK(key_of("[1,[2,3],4]", ".[-1]") == "<4>");
  CHECK(key_of("[1,[2,3],4]", ".[-4]") == "nothing");
}

TEST_CASE("a key with half a surrogate pair is refused, because two of them would become one") {
  for (const char* text : {R"({"k":"\ud800"})", R"({"k":"a\udc00b"})", R"({"k":"\ude00\ud83d"})"}) {
    CHECK(key_of(text, ".k") == "field .k has half a surrogate pair, which cannot be a key");
  }
  CHECK(key_of(R"({"k":"\ud83d\ude00","other":"\ud800"})", ".k") == "<\U0001F600>");
  CHECK(key_of(R"({"k":"\\ud800","n":1e400})", ".k") == "<\\ud800>");
}

TEST_CASE("a time is Unix time or a date with a zone") {
  CHECK(time_of(R"({"t":1795183380})") == "1795183380000");
  CHECK(time_of(R"({"t":1795183380123})") == "1795183380123");
  CHECK(time_of(R"({"t":1795183380123456})") == "1795183380123");
  CHECK(time_of(R"({"t":1795183380123456789})") == "1795183380123");
  CHECK(time_of(R"({"t":1795183380.123})") == "1795183380123");
  CHECK(time_of(R"({"t":1795183380123.9})") == "1795183380123");
  CHECK(time_of(R"({"t":1.795183380123e12})") == "1795183380123");
  CHECK(time_of(R"({"t":1795183380123e-3})") == "1795183380123");
  CHECK(time_of(R"({"t":1.795183380e+9})") == "1795183380000");
  CHECK(time_of(R"({"t":"1795183380"})") == "1795183380000");
  CHECK(time_of(R"({"t":"1795183380.5"})") == "1795183380500");
  CHECK(time_of(R"({"t":"2025-11-23T14:03:00+0100"})") == "1763902980000");
  for (const char* zero : {"0", "-0", "-0.0", "0e5", "-0e-5", "1e-400", "0.0009"}) {
    CAPTURE(zero);
    CHECK(time_of("{\"t\":" + std::string(zero) + "}") == "0");
  }
  CHECK(time_of(R"({"t":null})") == "nothing");
  CHECK(time_of("{}") == "nothing");
}

TEST_CASE("a time before 1970 is refused, however little before") {
  for (const char* time : {"-1", "-0.5", "-0.0001", "-1e-9", "-1e300", "-9223372036854775809",
                           "\"-5\"", "\"1969-12-31T23:59:59.9995Z\"",
                           "\"1970-01-01T00:00:00+00:01\"", "\"0001-01-01T00:00:00Z\""}) {
    CAPTURE(time);
    CHECK(time_of("{\"t\":" + std::string(time) + "}") ==
          "field .t is a time before 1970, which cannot be stored");
  }
}

TEST_CASE("a time that is too far away is refused") {
  for (const char* time : {"9223372036854775808", "1e19", "1e400", "1e9999999999",
                           "123456789012345678901234567890", "\"99999999999999999999\""}) {
    CAPTURE(time);
    CHECK(time_of("{\"t\":" + std::string(time) + "}") ==
          "field .t is a time that is too far away");
  }
}

TEST_CASE("what is not a time says so") {
  for (const char* text : {"\"yesterday\"", "true", "{}", "[]", "\"\"", "\" 5\"", "\"0x5\"",
                           "\"2025-11-23T14:03:00\"", "\"2025-11-23T14:03:60Z\""}) {
    CAPTURE(text);
    CHECK(time_of("{\"t\":" + std::string(text) + "}") ==
          "field .t is not a time; write Unix time, or a date with a zone: 2026-11-20T14:03:05Z");
  }
}

TEST_CASE("a field's source is its bytes as they stand") {
  EventParser parser;
  REQUIRE(parser.parse_copy(R"( {"a":{ "x" : 1e400 , "x":[1, 2]  } } )"));
  CHECK(parser.source_at(*parse_path(".a")) == R"({ "x" : 1e400 , "x":[1, 2]  })");
  CHECK(parser.source_at(*parse_path(".a.x")) == "[1, 2]");
  CHECK(parser.source_at(*parse_path(".a.x[1]")) == "2");
  CHECK(parser.source_at(*parse_path(".")) == R"({"a":{ "x" : 1e400 , "x":[1, 2]  } })");
  CHECK(!parser.source_at(*parse_path(".a.y")));
}

TEST_CASE("a parser may be moved") {
  EventParser first;
  REQUIRE(first.parse_copy("{\"a\":\"b\"}"));
  EventParser second = std::move(first);
  CHECK(**second.key_at(*parse_path(".a")) == "b");
}

}  // namespace estream::json
