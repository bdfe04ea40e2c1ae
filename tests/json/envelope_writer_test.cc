#include "json/envelope_writer.h"

#include <doctest/doctest.h>

#include "json/records.h"

namespace estream::json {

static std::string envelope_of(const TestRecord& record, const EnvelopeOptions& options = {}) {
  EventParser parser;
  std::string line;
  append_envelope(line, options, {"orders", 3}, record.view(), parser);
  return line;
}

// What stands after the headers.
static std::string value_part(std::string value) {
  const std::string line = envelope_of(TestRecord(std::move(value)));
  constexpr std::string_view before_value = "\"headers\":[],";
  return line.substr(line.find(before_value) + before_value.size());
}

TEST_CASE("an envelope's fields stand in the promised order") {
  const TestRecord record = TestRecord(R"({"amount":9.50})")
                                .key("42")
                                .at(17, 1732350000123)
                                .header("h", "x")
                                .header("h", std::nullopt);
  CHECK(envelope_of(record) ==
        R"({"topic":"orders","partition":3,"offset":17,"ts":1732350000123,"key":"42",)"
        R"("headers":[{"key":"h","value":"x"},{"key":"h","value":null}],"value":{"amount":9.50}})");
}

TEST_CASE("a value that is JSON is embedded byte for byte") {
  for (const std::string value : {R"({"id":123456789012345678901234567890,"id":1e400, "x" : -0})",
                                  "null", "\"text\"", "0", R"("\ud800")"}) {
    CHECK(value_part(value) == "\"value\":" + value + "}");
  }
}

TEST_CASE("a value that is JSON but would lose bytes or break the line is text") {
  CHECK(value_part("{\n}") == R"("value_text":"{\n}"})");
  CHECK(value_part("") == R"("value_text":""})");
  CHECK(value_part("\r") == R"("value_text":"\r"})");
}

TEST_CASE("the space around a value that is JSON stands beside it") {
  CHECK(value_part(" 1") == R"("value":1,"value_before":" "})");
  CHECK(value_part("{\"a\":1}\r") == R"("value":{"a":1},"value_after":"\r"})");
  CHECK(value_part("\t1 \n") == R"("value":1,"value_before":"\t","value_after":" \n"})");
}

TEST_CASE("a value that is not JSON is text") {
  CHECK(value_part("hello") == R"("value_text":"hello"})");
  CHECK(value_part("") == R"("value_text":""})");
  CHECK(value_part("\xEF\xBB\xBF{}") == "\"value_text\":\"\xEF\xBB\xBF{}\"}");
  CHECK(value_part(std::string("{}\0", 3)) == R"("value_text":"{}\u0000"})");
}

TEST_CASE("a value that is not UTF-8 is base64") {
  CHECK(value_part("\xFF\xFE") == R"("value_b64":"//4="})");
}

TEST_CASE("a tombstone and JSON's null are told apart") {
  CHECK(envelope_of(TestRecord(std::nullopt)).ends_with(R"("value":null,"tombstone":true})"));
  CHECK(envelope_of(TestRecord("null")).ends_with(R"("headers":[],"value":null})"));
}

TEST_CASE("a key is text, base64 or null") {
  CHECK(envelope_of(TestRecord("1").key("a\"b")).find(R"("key":"a\"b",)") != std::string::npos);
  CHECK(envelope_of(TestRecord("1").key("\xFF")).find(R"("key_b64":"/w==",)") != std::string::npos);
  CHECK(envelope_of(TestRecord("1")).find(R"("key":null,)") != std::string::npos);
}

TEST_CASE("a header's key and value may be base64") {
  const std::string line = envelope_of(TestRecord("1").header("\xFE", "\xFF"));
  CHECK(line.find(R"([{"key_b64":"/g==","value_b64":"/w=="}])") != std::string::npos);
}

TEST_CASE("a time is a number, or RFC 3339 on request where that has words for it") {
  const EnvelopeOptions rfc3339{.time = EnvelopeOptions::Time::rfc3339};
  const auto has = [](const std::string& line, std::string_view part) {
    return line.find(part) != std::string::npos;
  };
  CHECK(has(envelope_of(TestRecord("1").at(0, 1763902980250)), "\"ts\":1763902980250,"));
  CHECK(has(envelope_of(TestRecord("1").at(0, 1763902980250), rfc3339),
            "\"ts\":\"2025-11-23T13:03:00.250Z\","));
  CHECK(has(envelope_of(TestRecord("1").at(0, -1), rfc3339), "\"ts\":-1,"));
  CHECK(has(envelope_of(TestRecord("1").at(0, -2), rfc3339), "\"ts\":-2,"));
  CHECK(
      has(envelope_of(TestRecord("1").at(0, 0), rfc3339), "\"ts\":\"1970-01-01T00:00:00.000Z\","));
  CHECK(
      has(envelope_of(TestRecord("1").at(0, 253402300800000), rfc3339), "\"ts\":253402300800000,"));
}

TEST_CASE("without the value an envelope still tells tombstones") {
  const EnvelopeOptions no_value{.value = EnvelopeOptions::Value::omitted};
  CHECK(envelope_of(TestRecord("1"), no_value).ends_with(R"("headers":[]})"));
  CHECK(envelope_of(TestRecord(std::nullopt), no_value)
            .ends_with(R"("headers":[],"tombstone":true})"));
}

}  // namespace estream::json
