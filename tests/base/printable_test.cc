#include "base/printable.h"

#include <doctest/doctest.h>

using namespace estream;

static std::string printable(std::string_view text, LineEnds line_ends = LineEnds::kept) {
  std::string out = "<";
  append_printable(out, text, line_ends);
  return out;
}

static std::string printable_json(std::string_view json) {
  std::string out;
  append_printable_json(out, json);
  return out;
}

TEST_CASE("what a terminal takes for a command is escaped, and nothing else") {
  CHECK(printable("größe €\U0001F600 \\ \"x\"") == "<größe €\U0001F600 \\ \"x\"");
  CHECK(printable("\x1b[2J\a\r\b") == "<\\x1b[2J\\x07\\r\\x08");
  CHECK(printable(std::string_view("\0\x7f", 2)) == "<\\x00\\x7f");
  CHECK(printable("\xc2\x80\xc2\x9b\xc2\xa0") == "<\\u{0080}\\u{009b}\xc2\xa0");
  CHECK(printable("\x9b"
                  "1m\xff\xe2\x82") == "<\\x9b1m\\xff\\xe2\\x82");
  CHECK(printable("\u202e\u2066") == "<\\u{202e}\\u{2066}");
  CHECK(printable("\u200d\u200e\u200f\u2010") == "<\u200d\\u{200e}\\u{200f}\u2010");
  CHECK(printable("\u2027\u2028\u202f") == "<\u2027\\u{2028}\u202f");
  CHECK(printable("\u2065\u2069\u206a\u061c") == "<\u2065\\u{2069}\u206a\\u{061c}");
}

TEST_CASE("line ends and tabs stay as one wants") {
  CHECK(printable("a\tb\nc") == "<a\tb\nc");
  CHECK(printable("a\tb\nc", LineEnds::escaped) == "<a\\tb\\nc");
}

TEST_CASE("JSON means the same once it is printable") {
  CHECK(printable_json("{\"a\":\r[1,\t\"\x7f\xc2\x9b\u202e\\u001b\"]}") ==
        "{\"a\": [1,\t\"\\u007f\\u009b\\u202e\\u001b\"]}");
}
