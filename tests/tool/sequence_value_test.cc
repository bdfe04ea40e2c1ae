#include "tool/records/sequence_value.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "json/event_parser.h"
#include "json/value.h"

using namespace estream;
using namespace estream::tool;

namespace {

// Of the value of an event.
Result<SequenceValue> of(const std::string& json) {
  json::EventParser parser;
  REQUIRE(parser.parse_copy(json));
  return SequenceValue::of(parser.root());
}

SequenceValue value(const std::string& json) {
  const auto found = of(json);
  if (!found) FAIL(json << " " << found.error().message);
  return *found;
}

std::string refusal(const std::string& json) {
  const auto found = of(json);
  if (found) return "is accepted";
  CHECK(found.error().code == Error::Code::data);
  return found.error().message;
}

}  // namespace

TEST_CASE("values of a kind are in the order of their numbers, exactly") {
  const std::vector<std::vector<std::string>> kinds = {
      {"-9223372036854775808", "-1", "0", "1", "9007199254740992", "9007199254740993",
       "9223372036854775806", "9223372036854775807"},
      {R"("0/0")", R"("0/10")", R"("0/FFFFFFFF")", R"("1/0")", R"("9/ff")", R"("10/0")",
       R"("FFFFFFFF/FFFFFFFF")"},
      {"[0,9]", "[1,-5]", "[1,0]", "[2,-9]"},
      {R"([1,"A/0"])", R"([1,"B/0"])", R"([2,"0/0"])"},
  };
  for (const auto& kind : kinds) {
    for (std::size_t a = 0; a < kind.size(); a++) {
      for (std::size_t b = 0; b < kind.size(); b++) {
        CAPTURE(kind[a]);
        CAPTURE(kind[b]);
        CHECK(value(kind[a]).is_of_kind_of(value(kind[b])));
        CHECK((value(kind[a]) <=> value(kind[b])) == (a <=> b));
      }
    }
  }
}

TEST_CASE("values of different kinds are told apart") {
  const std::vector<std::string> kinds = {"1",          R"("0/1")", "[1]",
                                          R"(["0/1"])", "[1,1]",    R"([1,"0/1"])"};
  for (std::size_t a = 0; a < kinds.size(); a++) {
    for (std::size_t b = 0; b < kinds.size(); b++) {
      CHECK(value(kinds[a]).is_of_kind_of(value(kinds[b])) == (a == b));
    }
  }
  CHECK(value("7").kind() == "a whole number");
  CHECK(value(R"("0/7")").kind() == "HEX/HEX");
  CHECK(value(R"([1,"0/1",2])").kind() == "an array of a whole number, HEX/HEX and a whole number");
}

TEST_CASE("a value comes back from its text") {
  const auto text_of = [](const std::string& json) { return value(json).to_text(); };
  CHECK(text_of("-42") == "-42");
  CHECK(text_of("9223372036854775807") == "9223372036854775807");
  CHECK(text_of(R"("016/b374d848")") == "16/B374D848");
  CHECK(text_of(R"([ 3, "16/0" , -1 ])") == "[3,16/0,-1]");
  CHECK(text_of("[5]") == "[5]");
  for (const char* json : {"-42", R"("16/B374D848")", R"([3,"16/0",-1])", "[5]",
                           "-9223372036854775808", "[1,2,3,4,5,6,7,8]"}) {
    const auto again = SequenceValue::parse(text_of(json));
    REQUIRE(again);
    CHECK(*again == value(json));
  }
  // As a person may write it, with what is in the event before the eyes.
  for (const char* text : {R"([3, "16/0",-1])", " [3,16/0,-1] "}) {
    const auto parsed = SequenceValue::parse(text);
    REQUIRE(parsed);
    CHECK(*parsed == value(R"([3,"16/0",-1])"));
  }
}

TEST_CASE("what is no position of an input is refused") {
  const std::string no_sequence = "is not a whole number, HEX/HEX or an array of these";
  for (const char* json :
       {"1.5", "1e3", "18446744073709551616", R"("12")", R"("")", R"("/")", R"("1/")", R"("/1")",
        R"("1/2/3")", R"("g/1")", R"("123456789/1")", R"("-1/1")", R"(" 1/1")", "true", "{}", "[]",
        "[[1]]", "[1,null]", "[1.5]"}) {
    CAPTURE(json);
    CHECK(refusal(json) == no_sequence);
  }
  CHECK(refusal("9223372036854775808") == "is larger than 9223372036854775807");
  CHECK(refusal("[1,2,3,4,5,6,7,8,9]") == "is an array of more than 8 members");
  for (const char* text : {"", "x", "1.0", "+1", R"("1")", "9223372036854775808", "[", "[]", "[1,]",
                           "[,1]", "1,2", "[1,2,3,4,5,6,7,8,9]", "1/", "[[1]]"}) {
    CAPTURE(text);
    CHECK(!SequenceValue::parse(text));
  }
}
