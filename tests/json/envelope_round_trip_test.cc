#include <doctest/doctest.h>

#include <random>
#include <string>

#include "json/envelope_reader.h"
#include "json/envelope_writer.h"
#include "json/records.h"
#include "support/seed.h"

namespace estream::json {

// Makes records out of bytes that have gone wrong somewhere before.
class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  TestRecord next() {
    TestRecord record(text_or_null());
    record.key(text_or_null());
    record.at(static_cast<std::int64_t>(random_() >> 1), time());
    for (std::uint64_t count = random_() % 4; count > 0; count--) {
      record.header(text(), text_or_null());
    }
    return record;
  }

 private:
  std::int64_t time() {
    switch (random_() % 4) {
      case 0:
        return -1;
      case 1:
        return static_cast<std::int64_t>(random_());
      default:
        return static_cast<std::int64_t>(random_() % 4'000'000'000'000);
    }
  }

  std::optional<std::string> text_or_null() {
    if (random_() % 6 == 0) return std::nullopt;
    return text();
  }

  std::string text() {
    std::string result = piece();
    while (random_() % 3 == 0) result += piece();
    if (random_() % 4 == 0) result = "{\"a\":" + result + "}";
    if (random_() % 8 == 0 && !result.empty()) {
      result[random_() % result.size()] = static_cast<char>(random_());
    }
    return result;
  }

  std::string piece() {
    static const std::string pieces[] = {"",
                                         "null",
                                         "1",
                                         "-0",
                                         "1e400",
                                         "123456789012345678901234567890",
                                         "\"\"",
                                         "\"x\\ny\"",
                                         "{\"a\": 1, \"a\":2}",
                                         "[ ]",
                                         "[[\"]\"]]",
                                         "{}",
                                         " ",
                                         "\n",
                                         "\r",
                                         "\t",
                                         "\xEF\xBB\xBF",
                                         "\"\\ud800\"",
                                         "\"\\udc00\\ud800\"",
                                         "\"\\ud83d\\ude00\"",
                                         std::string(1, '\0'),
                                         "\xFF",
                                         "\xED\xA0\x80",
                                         "größe",
                                         "😀",
                                         "\x7f",
                                         "\"",
                                         "\\",
                                         "{\"value\":null,\"tombstone\":true}",
                                         "true",
                                         "text",
                                         ",",
                                         "\"\x01\"",
                                         std::string(1024, '[') + "1" + std::string(1024, ']'),
                                         std::string(1025, '[') + "1" + std::string(1025, ']'),
                                         std::string(3000, 'x')};
    return pieces[random_() % std::size(pieces)];
  }

  std::mt19937_64 random_;
};

static void check_same_headers(const RecordHeaders& actual, const RecordHeaders& expected) {
  REQUIRE(actual.count == expected.count);
  REQUIRE(actual.encoded == expected.encoded);
}

TEST_CASE("any record comes back from its envelope as it was") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomRecords records(seed);
  EventParser parser;
  EnvelopeReader reader;
  std::string line;
  for (int i = 0; i < 10'000; i++) {
    const TestRecord record = records.next();
    const RecordView expected = record.view();
    const EnvelopeOptions options = {.time = i % 2 == 0 ? EnvelopeOptions::Time::milliseconds
                                                        : EnvelopeOptions::Time::rfc3339};
    line.clear();
    append_envelope(line, options, {"a\"topic", i}, expected, parser);
    CAPTURE(line);
    REQUIRE(line.find('\n') == std::string::npos);
    const std::size_t size = line.size();
    line.resize(size + padding_bytes);
    const auto event = reader.read(std::string_view(line).substr(0, size));
    REQUIRE_MESSAGE(event.has_value(), event.error().message);
    REQUIRE(event->key == expected.key);
    REQUIRE(event->value == expected.value);
    REQUIRE(event->timestamp == expected.timestamp);
    REQUIRE(event->offset == expected.offset);
    REQUIRE(event->partition == i);
    REQUIRE(event->topic == "a\"topic");
    check_same_headers(event->headers, expected.headers);
  }
}

}  // namespace estream::json
