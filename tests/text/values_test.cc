#include "text/values.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::text;

TEST_CASE("a header is cut at its first equals sign") {
  CHECK(*parse_key_value("k=v") == KeyValue{"k", "v"});
  CHECK(*parse_key_value("k=") == KeyValue{"k", ""});
  CHECK(*parse_key_value("k=a=b") == KeyValue{"k", "a=b"});
}

TEST_CASE("a header without a name or an equals sign is refused") {
  CHECK(parse_key_value("k").error().message == "cannot read k; write NAME=VALUE");
  CHECK(parse_key_value("=v").error().message == "cannot read =v; write NAME=VALUE");
  CHECK(parse_key_value("").error().code == Error::Code::usage);
}

TEST_CASE("delimiters know the escapes of C") {
  CHECK(*parse_delimiter("\\n") == "\n");
  CHECK(*parse_delimiter("\\t") == "\t");
  CHECK(*parse_delimiter("\\0") == std::string(1, '\0'));
  CHECK(*parse_delimiter("\\x1e") == "\x1e");
  CHECK(*parse_delimiter("\\xFF\\x00") == std::string("\xff\0", 2));
  CHECK(*parse_delimiter("a\\\\n") == "a\\n");
  CHECK(*parse_delimiter("--\\r\\n") == "--\r\n");
}

TEST_CASE("unknown and cut escapes are refused, and so is an empty delimiter") {
  for (const std::string_view text :
       {"", "\\", "\\q", "\\x", "\\x1", "\\x1q", "\\xg0", "\\x 1", "\\x+1"}) {
    CAPTURE(text);
    const auto delimiter = parse_delimiter(text);
    REQUIRE_FALSE(delimiter);
    CHECK(delimiter.error().code == Error::Code::usage);
    CHECK(delimiter.error().message.find("; write the delimiter as text") != std::string::npos);
  }
}
