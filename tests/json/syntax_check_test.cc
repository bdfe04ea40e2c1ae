#include "json/syntax_check.h"

#include <doctest/doctest.h>

#include <string>

namespace estream::json {

static std::string fault_of(std::string_view text) {
  const auto fault = first_fault(text, depth_max);
  return fault ? std::to_string(fault->position) + ": " + std::string(fault->reason) : "none";
}

TEST_CASE("every kind of value of RFC 8259 has no fault") {
  for (const std::string_view text :
       {"null", "true", "false", "0", "-0", "-1.5E+3", "1e400", "\"\"", "[]", "{}", " \t\r\n1 \n",
        R"(["\u00e9\"\\\/\b\f\n\r\t","größe 😀",{"a":{"b":[1,2,[]]}},{"a":1,"a":2,"":3}])",
        R"("\ud800")", "123456789012345678901234567890"}) {
    CAPTURE(text);
    CHECK(fault_of(text) == "none");
  }
}

TEST_CASE("a fault is found at the byte where it is") {
  CHECK(fault_of("") == "0: it ends too early");
  CHECK(fault_of("[1,]") == "3: expected a value");
  CHECK(fault_of("[1 2]") == "3: expected , or ]");
  CHECK(fault_of(R"({"a":1 "b"})") == "7: expected , or }");
  CHECK(fault_of(R"({"a" 1})") == "5: expected :");
  CHECK(fault_of("{a:1}") == "1: expected a field name in quotes");
  CHECK(fault_of(R"({"a":1,})") == "7: expected a field name in quotes");
  CHECK(fault_of("[1}") == "2: expected , or ]");
  CHECK(fault_of("]") == "0: expected a value");
  CHECK(fault_of("1 2") == "2: there is more text after the value");
  CHECK(fault_of("{}{}") == "2: there is more text after the value");
  CHECK(fault_of("nul") == "3: it ends too early");
  CHECK(fault_of("[nulL]") == "4: expected a value");
  CHECK(fault_of("[truex]") == "5: expected a value");
  CHECK(fault_of("'a'") == "0: expected a value");
  CHECK(fault_of("NaN") == "0: expected a value");
  CHECK(fault_of(R"({"a":)") == "5: it ends too early");
}

TEST_CASE("a number must be as JSON writes it") {
  for (const std::string_view text :
       {"01", "-", "1.", ".5", "+1", "1e", "1e+", "-a", "0x1", "1.e5"}) {
    CAPTURE(text);
    CHECK(fault_of(text) != "none");
  }
  CHECK(fault_of("[01]") == "1: this is not a number as JSON writes it");
}

TEST_CASE("a string must be as JSON writes it") {
  CHECK(fault_of("\"a") == "2: it ends too early");
  CHECK(fault_of("\"a\\") == "3: it ends too early");
  CHECK(fault_of("\"a\tb\"") == "2: a control character in a string must be escaped");
  CHECK(fault_of(std::string_view("\"a\0b\"", 5)) ==
        "2: a control character in a string must be escaped");
  CHECK(fault_of("\"\\x41\"") == "2: no such escape in JSON");
  CHECK(fault_of("\"\\u12g4\"") == "5: \\u needs four hexadecimal digits");
}

TEST_CASE("text must be UTF-8 and have no byte order mark") {
  CHECK(fault_of("\"a\xFF\"") == "2: this is not UTF-8");
  CHECK(fault_of("[\xFF]") == "1: this is not UTF-8");
  CHECK(fault_of("\xEF\xBB\xBF{}") == "0: there is a byte order mark before the value");
  for (const std::string_view bytes :
       {"\xC0\x80", "\xC3", "\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    CAPTURE(bytes);
    CHECK(fault_of('"' + std::string(bytes) + '"') == "1: this is not UTF-8");
  }
}

TEST_CASE("nesting has a limit, and empty containers count like others") {
  const auto nested = [](std::size_t depth, std::string_view inside) {
    return std::string(depth, '[') + std::string(inside) + std::string(depth, ']');
  };
  CHECK(fault_of(nested(1024, "1")) == "none");
  CHECK(fault_of(nested(1024, "")) == "none");
  CHECK(fault_of(nested(1023, "{}")) == "none");
  CHECK(fault_of(nested(1025, "")) == "1024: nested too deeply");
  CHECK(fault_of(nested(1024, "{}")) == "1024: nested too deeply");
  CHECK(fault_of(nested(1025, "1")) == "1024: nested too deeply");
}

}  // namespace estream::json
