#include "window/result_line.h"

#include <doctest/doctest.h>

#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

static std::string line_for(const GroupKey& key) {
  ResultLine line(Zone::utc, test_aggregation());
  return std::string(line.begin(key).end());
}

TEST_CASE("a key is written as what it is") {
  CHECK(line_for(text_key("s17")) == R"({"key":"s17"})");
  CHECK(line_for(text_key("")) == R"({"key":""})");
  CHECK(line_for(text_key("a\"\n\xc3\xa4")) == "{\"key\":\"a\\\"\\n\xc3\xa4\"}");
  CHECK(line_for(text_key("\xff")) == R"({"key_b64":"/w=="})");
  CHECK(line_for({GroupKey::Kind::json, R"(["a",1.50])", 0}) == R"({"key":["a",1.50]})");
  CHECK(line_for({}) == R"({"key":null})");
}

TEST_CASE("times, fields and whatever else") {
  const Aggregation nothing;
  ResultLine line(Zone::utc, nothing);
  for (int i = 0; i < 3; i++) {
    line.begin(text_key("a")).time("from", {i}).time("to", {1000}).time("at", {2000});
    line.fields(nullptr);
    line.writer().boolean("final", true);
    CHECK(line.end() == "{\"key\":\"a\",\"from\":\"1970-01-01T00:00:00.00" + std::to_string(i) +
                            "Z\",\"to\":\"1970-01-01T00:00:01.000Z\","
                            "\"at\":\"1970-01-01T00:00:02.000Z\",\"final\":true}");
  }
}
