#include "query/grep.h"

#include <doctest/doctest.h>

#include "json/records.h"

namespace estream::query {

using namespace json;

static bool finds(std::string_view text, const TestRecord& record) {
  const auto grep = Grep::parse(text);
  REQUIRE_MESSAGE(grep.has_value(), grep.error().message);
  return grep->matches({"orders", 0}, record.view());
}

static std::string error_of(std::string_view text) {
  const auto grep = Grep::parse(text);
  return grep ? "accepted" : grep.error().message;
}

TEST_CASE("grep looks into the part that is named") {
  const TestRecord record = TestRecord("the value").key("the key").header("trace", "t1");
  CHECK(finds("k:key$", record));
  CHECK_FALSE(finds("k:value", record));
  CHECK(finds("v:^the value$", record));
  CHECK_FALSE(finds("v:key", record));
  CHECK(finds("t:^ord", record));
  CHECK(finds("h:trace=^t1", record));
  CHECK_FALSE(finds("h:trace=^t2", record));
  CHECK_FALSE(finds("h:other=", record));
  CHECK_FALSE(finds("h:trac=", record));
  CHECK_FALSE(finds("h:tracer=", record));
}

TEST_CASE("grep's exclamation mark turns the answer round") {
  const TestRecord record = TestRecord("v").key("k");
  CHECK_FALSE(finds("!k:k", record));
  CHECK(finds("!k:x", record));
}

TEST_CASE("grep finds nothing in what is null") {
  const TestRecord record = TestRecord(std::nullopt).header("h", std::nullopt);
  for (const std::string_view text : {"k:", "v:", "h:h="}) {
    CHECK_FALSE(finds(text, record));
    CHECK(finds("!" + std::string(text), record));
  }
  CHECK(finds("v:", TestRecord("")));
}

TEST_CASE("grep tries every header of the name") {
  const TestRecord record =
      TestRecord("v").header("h", "1").header("h", std::nullopt).header("h", "2");
  CHECK(finds("h:h=1", record));
  CHECK(finds("h:h=2", record));
  CHECK_FALSE(finds("h:h=3", record));
}

TEST_CASE("grep's regular expression is all after the first colon or equals sign") {
  CHECK(finds("v:a:b=c", TestRecord("a:b=c")));
  CHECK(finds("h:n=a=b", TestRecord("v").header("n", "a=b")));
}

TEST_CASE("a mistake in grep is named by its column") {
  CHECK(error_of("") == "column 1: expected k:RE, v:RE, t:RE or h:NAME=RE");
  CHECK(error_of("!x:a") == "column 2: expected k:RE, v:RE, t:RE or h:NAME=RE");
  CHECK(error_of("k") == "column 1: expected k:RE, v:RE, t:RE or h:NAME=RE");
  CHECK(error_of("h:name") == "column 3: expected NAME=RE after h:");
  CHECK(error_of("k:(") == "column 3: not a regular expression: missing ): (");
}

}  // namespace estream::query
