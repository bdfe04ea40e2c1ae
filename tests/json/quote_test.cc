#include "json/quote.h"

#include <doctest/doctest.h>

namespace estream::json {

static std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

TEST_CASE("a quoted string escapes what must be escaped and nothing else") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("plain /text/ größe \x7f 😀") == "\"plain /text/ größe \x7f 😀\"");
  CHECK(quoted("\"\\\b\f\n\r\t") == R"("\"\\\b\f\n\r\t")");
  CHECK(quoted(std::string_view("\0\x01\x1f", 3)) == R"("\u0000\u0001\u001f")");
}

TEST_CASE("every character survives quoting and reading") {
  std::string text;
  for (int c = 0; c < 128; c++) text.push_back(static_cast<char>(c));
  const std::string line = quoted(text) + " rest";
  const auto read = read_quoted({line}, 0);
  REQUIRE(read);
  CHECK(read->text == text);
  CHECK(read->end == line.size() - 5);
}

TEST_CASE("a quoted string that is not one is refused at its quote") {
  for (const std::string_view text : {R"(x "abc)", R"(x "abc\")", R"(x ")", R"(x "\)"}) {
    CAPTURE(text);
    const auto read = read_quoted({text}, 2);
    REQUIRE(!read);
    CHECK(read.error().message == "column 3: this string has no closing quote");
  }
  const auto bad_escape = read_quoted({R"("\q")"}, 0);
  REQUIRE(!bad_escape);
  CHECK(bad_escape.error().message == "column 1: this is not a string as JSON writes it");
}

TEST_CASE("text is UTF-8 or not") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("größe"));
  CHECK_FALSE(is_utf8("gr\xF6\xDF"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
}

}  // namespace estream::json
