#include "json/envelope_reader.h"

#include <doctest/doctest.h>

#include <string>

#include "json/event_parser.h"

namespace estream::json {

// Reads lines and keeps the last one, which the event's views point into.
class Lines {
 public:
  Result<EnvelopeEvent> read(std::string_view line) {
    line_ = line;
    line_.resize(line.size() + padding_bytes);
    return reader_.read(std::string_view(line_).substr(0, line.size()));
  }

  std::string error(std::string_view line) {
    const auto event = read(line);
    if (event) return "accepted";
    CHECK(event.error().code == Error::Code::data);
    return event.error().message;
  }

 private:
  std::string line_;
  EnvelopeReader reader_;
};

TEST_CASE("an envelope is read with all that it says") {
  Lines lines;
  const auto event = lines.read(
      R"({"topic":"orders","partition":3,"offset":17,"ts":1732350000123,"key":"4\n2",)"
      R"("headers":[{"key":"h","value":"x"},{"key":"h","value":null}],"value":{"a": 1e400}})");
  REQUIRE(event);
  CHECK(event->topic == "orders");
  CHECK(event->partition == 3);
  CHECK(event->offset == Offset{17});
  CHECK(event->timestamp == Timestamp{1732350000123});
  CHECK(event->key == "4\n2");
  CHECK(event->value == R"({"a": 1e400})");
  REQUIRE(event->headers.count == 2);
  HeaderCursor headers(event->headers);
  const auto first = headers.next();
  CHECK(first->key == "h");
  CHECK(first->value == "x");
  CHECK(!headers.next()->value);
}

TEST_CASE("an envelope needs nothing but a value, and ignores what it does not know") {
  Lines lines;
  const auto event = lines.read(R"({"note":{"value":[2]}, "value" : 1 ,"more":[]})");
  REQUIRE(event);
  CHECK(event->value == "1");
  CHECK(!event->key);
  CHECK(event->headers.count == 0);
  CHECK(!event->timestamp);
  CHECK(!event->topic);
  CHECK(!event->partition);
  CHECK(!event->offset);
}

TEST_CASE("an envelope may have the largest partition and offset that there are") {
  Lines lines;
  const auto event =
      lines.read(R"({"value":1,"partition":2147483647,"offset":9223372036854775807})");
  REQUIRE(event);
  CHECK(event->partition == 2147483647);
  CHECK(event->offset == Offset{9223372036854775807});
}

TEST_CASE("an envelope's value is taken byte for byte") {
  Lines lines;
  for (const std::string_view value :
       {R"({"b":{"value":[1, 2]},"c":"}\"]","c":1e400})", "123456789012345678901234567890",
        R"("\ud800")", "-0", "null", "[ ]", "1.10"}) {
    CAPTURE(value);
    const auto event = lines.read("{\"key\":\"k\",\"value\": " + std::string(value) + " ,\"x\":1}");
    REQUIRE(event);
    CHECK(event->value == value);
  }
}

TEST_CASE("a value as deep as events may be is read inside an envelope") {
  Lines lines;
  const std::string deep = std::string(depth_max, '[') + "1" + std::string(depth_max, ']');
  const auto event = lines.read("{\"value\":" + deep + "}");
  REQUIRE(event);
  CHECK(event->value == deep);
}

TEST_CASE("packed keys and values are unpacked") {
  Lines lines;
  const auto event = lines.read(R"({"key_b64":"/w==","value_b64":"//4=",)"
                                R"("headers":[{"key_b64":"/g==","value_b64":"/Q=="}]})");
  REQUIRE(event);
  CHECK(event->key == "\xFF");
  CHECK(event->value == "\xFF\xFE");
  HeaderCursor headers(event->headers);
  const auto header = headers.next();
  CHECK(header->key == "\xFE");
  CHECK(header->value == "\xFD");
  CHECK(lines.read(R"({"value_text":"a\u0000b"})")->value == std::string_view("a\0b", 3));
}

TEST_CASE("the space around a value is part of it") {
  Lines lines;
  CHECK(lines.read(R"({"value":{"a":1},"value_after":"\r"})")->value == "{\"a\":1}\r");
  CHECK(lines.read(R"({"value_before":"\t ","value": 1 })")->value == "\t 1");
  CHECK(lines.error(R"({"value":1,"value_after":"x"})") ==
        "envelope: value_after must be a string of spaces, tabs, \\r and \\n");
  CHECK(lines.error(R"({"value_text":"x","value_after":" "})") ==
        "envelope: value_after is only for a value");
}

TEST_CASE("a number or boolean may stand where text is wanted") {
  Lines lines;
  const auto event = lines.read(R"({"key":1.50,"value":1,"headers":[{"key":7,"value":true}]})");
  REQUIRE(event);
  CHECK(event->key == "1.50");
  HeaderCursor headers(event->headers);
  const auto header = headers.next();
  CHECK(header->key == "7");
  CHECK(header->value == "true");
}

TEST_CASE("a tombstone has no value, JSON's null is one") {
  Lines lines;
  CHECK(!lines.read(R"({"key":"k","value":null,"tombstone":true})")->value);
  CHECK(!lines.read(R"({"key":"k","tombstone":true})")->value);
  CHECK(lines.read(R"({"key":"k","value":null})")->value == "null");
  CHECK(lines.read(R"({"key":"k","value":null,"tombstone":false})")->value == "null");
}

TEST_CASE("a time is milliseconds, RFC 3339 or nothing") {
  Lines lines;
  CHECK(lines.read(R"({"value":1,"ts":-1})")->timestamp == Timestamp{-1});
  CHECK(lines.read(R"({"value":1,"ts":"2025-11-23T13:03:00.25Z"})")->timestamp ==
        Timestamp{1763902980250});
  CHECK(!lines.read(R"({"value":1,"ts":null})")->timestamp);
}

TEST_CASE("a time in an envelope is exact, and not rounded to one before 1970") {
  Lines lines;
  CHECK(lines.read(R"({"value":1,"ts":5})")->timestamp == Timestamp{5});
  CHECK(lines.read(R"({"value":1,"ts":0})")->timestamp == Timestamp{0});
  CHECK(lines.read(R"({"value":1,"ts":-2})")->timestamp == Timestamp{-2});
  CHECK(lines.read(R"({"value":1,"ts":9223372036854775807})")->timestamp ==
        Timestamp{9223372036854775807});
  for (const std::string_view ts : {"-0.5", "-1.0", "-1e300", "\"1969-12-31T23:59:59.9995Z\""}) {
    CAPTURE(ts);
    CHECK(lines.error("{\"value\":1,\"ts\":" + std::string(ts) + "}") ==
          "envelope: ts is a time before 1970, which cannot be stored");
  }
  CHECK(lines.error(R"({"value":1,"ts":1e300})") == "envelope: ts is a time that is too far away");
  CHECK(lines.error(R"({"value":1,"ts":"1795183380"})") ==
        "envelope: ts is not a time; write milliseconds, or a date with a zone");
}

TEST_CASE("half a surrogate pair is no text to store") {
  Lines lines;
  for (const std::string_view line : {R"({"key":"\ud800","value":1})", R"({"value_text":"\udc00"})",
                                      R"({"value":1,"headers":[{"key":"\ud800","value":""}]})",
                                      R"({"value":1,"headers":[{"key":"h","value":"x\udfff"}]})"}) {
    CAPTURE(line);
    CHECK(lines.error(line).ends_with(" has half a surrogate pair, so it is not valid text"));
  }
  CHECK(lines.read(R"({"key":"k","value":"\ud800"})")->value == R"("\ud800")");
  CHECK(lines.read(R"({"key":"\ud83d\ude00","value":1e400})")->key == "\U0001F600");
}

TEST_CASE("of fields with the same name the last one counts") {
  Lines lines;
  const auto event = lines.read(R"({"key":"a","value":[1],"key":"b","value":[2]})");
  REQUIRE(event);
  CHECK(event->key == "b");
  CHECK(event->value == "[2]");
}

TEST_CASE("a mistake in an envelope names the field") {
  Lines lines;
  CHECK(lines.error("{") == "not JSON: it ends too early, byte 2");
  CHECK(lines.error("") == "blank line");
  CHECK(lines.error("[]") == "envelope: the line must be an object");
  CHECK(lines.error("{}") == "envelope: value is missing; null with \"tombstone\":true for none");
  CHECK(
      lines.error(R"({"value":1,"value_text":"x"})") ==
      "envelope: value is there more than once; give only one of value, value_text and value_b64");
  CHECK(lines.error(R"({"value":1,"tombstone":true})") ==
        "envelope: tombstone is true, but there is a value");
  CHECK(lines.error(R"({"value":null,"tombstone":1})") ==
        "envelope: tombstone must be true or false");
  CHECK(lines.error(R"({"value_text":1})") == "envelope: value_text must be a string");
  CHECK(lines.error(R"({"value_b64":"Zg="})") ==
        "envelope: value_b64 must be a string of padded base64");
  CHECK(lines.error(R"({"value":1,"key":{}})") == "envelope: key must be a string");
  CHECK(lines.error(R"({"value":1,"key":"a","key_b64":"Zg=="})") ==
        "envelope: key_b64 and key exclude each other");
  CHECK(lines.error(R"({"value":1,"ts":"soon"})") ==
        "envelope: ts is not a time; write milliseconds, or a date with a zone");
  CHECK(lines.error(R"({"value":1,"partition":2147483648})") ==
        "envelope: partition must be an integer from 0 to 2147483647");
  CHECK(lines.error(R"({"value":1,"offset":-1})") ==
        "envelope: offset must be an integer from 0 to 9223372036854775807");
  CHECK(lines.error(R"({"value":1,"topic":[]})") == "envelope: topic must be a string");
  CHECK(lines.error(R"({"value":1,"headers":{}})") == "envelope: headers must be an array");
  CHECK(lines.error(R"({"value":1,"headers":[1]})") == "envelope: headers must hold objects");
  CHECK(lines.error(R"({"value":1,"headers":[{"value":"x"}]})") ==
        "envelope: headers must have a key each");
}

}  // namespace estream::json
