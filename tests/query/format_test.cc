#include "query/format.h"

#include <doctest/doctest.h>

#include "cli/scoped_variable.h"
#include "json/records.h"

namespace estream::query {

using namespace json;

static std::string formatted(std::string_view format, const TestRecord& record) {
  const auto compiled = Format::parse(format);
  REQUIRE_MESSAGE(compiled.has_value(), compiled.error().message);
  EventParser parser;
  std::string out;
  compiled->append(out, {.topic = "orders", .partition = 3, .number = 7}, record.view(), parser);
  return out;
}

static const TestRecord sample =
    TestRecord(R"({"a":{"b":"x\ty"},"n":1.50})").key("k1").at(17, 1763902980250);

TEST_CASE("a format prints the parts of a record") {
  CHECK(formatted("%t[%p]@%o %i: %k=%v", sample) ==
        "orders[3]@17 7: k1={\"a\":{\"b\":\"x\\ty\"},\"n\":1.50}");
  CHECK(formatted("%s", TestRecord("text")) == "text");
  CHECK(formatted("100%%\\n", sample) == "100%\n");
  CHECK(formatted("", sample) == "");
}

TEST_CASE("a format's escapes are bytes") {
  CHECK(formatted("a\\tb\\nc\\0d\\x41\\xfF\\\\\\r", sample) ==
        std::string("a\tb\nc\0dA\xFF\\\r", 11));
}

TEST_CASE("a format prints times in UTC") {
  CHECK(formatted("%d", sample) == "1763902980250");
  CHECK(formatted("%d{iso}", sample) == "2025-11-23T13:03:00.250Z");
  CHECK(formatted("%d{strftime[%Y/%m/%d %T]}", sample) == "2025/11/23 13:03:00");
  CHECK(formatted("<%d{strftime[]}>", sample) == "<>");
  CHECK(formatted("%d{strftime[%H:%M:%S]}", TestRecord("v").at(0, -1001)) == "23:59:58");
}

TEST_CASE("the seconds of strftime are those of UTC in any zone") {
  const cli::ScopedZone zone("America/New_York");
  CHECK(formatted("%d{strftime[%s %%s %z]}", sample) == "1763902980 %s +0000");
  CHECK(formatted("%d{strftime[%s]}", TestRecord("v").at(0, -1001)) == "-2");
  CHECK(formatted("%d{strftime[%s]}", TestRecord("v").at(0, -2000)) == "-2");
}

TEST_CASE("a long strftime field is printed to its end") {
  CHECK(formatted("%d{strftime[%999Y]}", sample) == std::string(995, '0') + "2025");
  std::string wide;
  for (int i = 0; i < 50; i++) wide += "%100d";
  CHECK(formatted("%d{strftime[" + wide + "]}", sample).size() == 5000);
}

TEST_CASE("a field of the value may be encoded") {
  const TestRecord record(R"({"s":"x, \"y\"","e":"","n":1.50,"z":null,"o":{"a":[1,
2]}})");
  CHECK(formatted("%{.s}{json} %{.e}{json} %{.n}{json} %{.z}{json} %{.q}{json}", record) ==
        R"("x, \"y\"" "" 1.50 null null)");
  CHECK(formatted("%{.o}{json}", record) == R"({"a":[1,2]})");
  CHECK(formatted("%{.s}{csv},%{.e}{csv},%{.n}{csv},%{.z}{csv},%{.q}{csv}", record) ==
        R"("x, ""y""","",1.50,,)");
  CHECK(formatted("%{.o}{csv}", record) == R"("{""a"":[1,2]}")");
  CHECK(formatted("%{.n}{hex} %{.e}{hex}", record) == "312e3530 ");
  CHECK(formatted("%{.n}{base64}", record) == "MS41MA==");
  CHECK(formatted("%{.a}{json}", TestRecord("no JSON")) == "null");
}

TEST_CASE("keys and values can be fields of a CSV file") {
  CHECK(formatted("%k{csv},%v{csv}", TestRecord("a,b").key("plain")) == "plain,\"a,b\"");
  CHECK(formatted("%k{csv},%v{csv}", TestRecord("")) == ",\"\"");
  CHECK(formatted("%v{csv}", TestRecord("two\nlines")) == "\"two\nlines\"");
  CHECK(formatted("%v{csv}", TestRecord(" blanks stay ")) == " blanks stay ");
}

TEST_CASE("what a record holds cannot drive a terminal, and what the format says can") {
  const auto format = Format::parse("\\x1b[1m%k %v %{.a} %h{\\x07%k=%v}");
  const TestRecord record =
      TestRecord("{\"a\":\"\\u001b\\n\x7f\"}").key("\x1b]0;x\a").header("h", "\x9b");
  EventParser parser;
  std::string out;
  format->append(out, {.topic = "t", .is_for_terminal = true}, record.view(), parser);
  CHECK(out == "\x1b[1m\\x1b]0;x\\x07 {\"a\":\"\\u001b\\n\\x7f\"} \\x1b\n\\x7f \ah=\\x9b");
}

TEST_CASE("a format knows whether it prints the running number") {
  CHECK(Format::parse("%i")->is_numbered());
  CHECK(Format::parse("%%%i")->is_numbered());
  CHECK_FALSE(Format::parse("100%%i")->is_numbered());
  CHECK_FALSE(Format::parse("%d{strftime[%%i]}%{.\"%i\"}")->is_numbered());
  CHECK(formatted("100%%i", sample) == "100%i");
}

TEST_CASE("a format prints -1 for no timestamp and the number for one without a date") {
  CHECK(formatted("%d %d{iso} %d{strftime[%Y]}", TestRecord("v")) == "-1 -1 -1");
  CHECK(formatted("%d{iso}", TestRecord("v").at(0, 253402300800000)) == "253402300800000");
}

TEST_CASE("a format prints null as nothing and its length as -1") {
  const TestRecord nulls(std::nullopt);
  CHECK(formatted("<%k|%v|%k{hex}|%v{base64}>", nulls) == "<|||>");
  CHECK(formatted("%K %V", nulls) == "-1 -1");
  CHECK(formatted("%k{json} %v{json}", nulls) == "null null");
  CHECK(formatted("%K %V", TestRecord("é").key("")) == "0 2");
}

TEST_CASE("a format's modifiers change how bytes are printed") {
  const TestRecord bytes = TestRecord("\x01\xFF\"").key("a\"b");
  CHECK(formatted("%v{hex}", bytes) == "01ff22");
  CHECK(formatted("%v{base64}", bytes) == "Af8i");
  CHECK(formatted("%v{json}", bytes) == "\"\\u0001\xEF\xBF\xBD\\\"\"");
  CHECK(formatted("%k{json}", bytes) == R"("a\"b")");
}

TEST_CASE("a value that is JSON is printed as JSON on one line") {
  CHECK(formatted("%v{json}", TestRecord("{\"a\":\r\n [1]}")) == R"({"a": [1]})");
  CHECK(formatted("%v{json}", TestRecord("\"x\"")) == R"("x")");
  CHECK(formatted("%v{json}", TestRecord("plain")) == R"("plain")");
  CHECK(formatted("%k{json}", TestRecord("1").key("42")) == R"("42")");
}

TEST_CASE("a format prints fields of the value") {
  CHECK(formatted("%{.a.b}|%{.n}|%{.a}", sample) == "x\ty|1.50|{\"b\":\"x\\ty\"}");
  CHECK(formatted("<%{.missing}%{.a.b.c}>", sample) == "<>");
  CHECK(formatted("<%{.n}>", TestRecord("{\"n\":null}")) == "<>");
  CHECK(formatted("<%{.n}>", TestRecord("not JSON")) == "<>");
  CHECK(formatted("<%{.n}>", TestRecord(std::nullopt)) == "<>");
  CHECK(formatted("%{.n}", TestRecord("{\"n\":123456789012345678901}")) == "123456789012345678901");
  CHECK(formatted("%{.n}", TestRecord("{\"n\":[1,\n2]}")) == "[1,2]");
  CHECK(formatted(R"(%{."}"})", TestRecord(R"({"}":"brace"})")) == "brace");
}

TEST_CASE("a format prints headers") {
  const TestRecord record = TestRecord("v").header("a", "1").header("b", std::nullopt);
  CHECK(formatted("%h{%k=%v;}", record) == "a=1;b=;");
  CHECK(formatted("%h", record) == "a=1,b=");
  CHECK(formatted("%h{%k{hex}:%v{json}\\x7d\\n}", record) == "61:\"1\"}\n62:null}\n");
  CHECK(formatted("<%h{%k}>", TestRecord("v")) == "<>");
}

TEST_CASE("a format may be used for many records") {
  const auto format = Format::parse("%{.n};");
  REQUIRE(format);
  EventParser parser;
  std::string out;
  for (const char* value : {"{\"n\":1}", "x", "{\"n\":2}"}) {
    format->append(out, {}, TestRecord(value).view(), parser);
  }
  CHECK(out == "1;;2;");
}

}  // namespace estream::query
