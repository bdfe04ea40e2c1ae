#include "text/position.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::text;
using Kind = Position::Kind;

static constexpr TimeContext context = {.now = {1763648585678}, .zone = Zone::utc};

static Position position(std::string_view text) {
  const auto parsed = parse_position(text, context);
  CAPTURE(text);
  REQUIRE(parsed);
  return *parsed;
}

static std::string refusal(std::string_view text) {
  const auto parsed = parse_position(text, context);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Error::Code::usage);
  return parsed.error().message;
}

TEST_CASE("positions by word") {
  CHECK(position("earliest") == Position{.kind = Kind::earliest});
  CHECK(position("latest") == Position{.kind = Kind::latest});
}

TEST_CASE("positions by number") {
  CHECK(position("17") == Position{.kind = Kind::absolute, .value = 17});
  CHECK(position("+5") == Position{.kind = Kind::from_start, .value = 5});
  CHECK(position("-5") == Position{.kind = Kind::from_end, .value = 5});
  CHECK(position("9223372036854775807").value == 9223372036854775807);
}

TEST_CASE("positions by time") {
  CHECK(position("@2025-11-20T14:00") == Position{.kind = Kind::time, .value = 1763647200000});
  CHECK(position("@-10m") == Position{.kind = Kind::time, .value = 1763647985678});
  CHECK(position("@today").value == 1763596800000);
  CHECK(position("@1732350000") == Position{.kind = Kind::time, .value = 1732350000000});
  CHECK(position("@@1732350000").value == 1732350000000);
  CHECK(position("@1732350000.5").value == 1732350000500);
}

TEST_CASE("a position may be for one partition") {
  CHECK(position("3=17") == Position{.kind = Kind::absolute, .value = 17, .partition = 3});
  CHECK(position("0=-3") == Position{.kind = Kind::from_end, .value = 3, .partition = 0});
  CHECK(position("2=@-10m").partition == 2);
}

TEST_CASE("a time without @ is recognised and answered") {
  CHECK(refusal("-10m") == "-10m is a time; write @-10m");
  CHECK(refusal("today") == "today is a time; write @today");
}

TEST_CASE("the words of other tools are answered") {
  CHECK(refusal("beginning") == "cannot read beginning; write earliest");
  CHECK(refusal("end") == "cannot read end; write latest");
  CHECK(refusal("start") == "cannot read start; write earliest");
  CHECK(refusal("s@1795183380000") == "cannot read s@1795183380000; write @TIME, or -S TIME");
  CHECK(refusal("e@1795183380000") ==
        "cannot read e@1795183380000; write -U TIME, which ends before that time");
  for (const std::string text : {"2:5", ":end", "5:end"}) {
    CHECK(refusal(text) == "cannot read " + text + "; write -o BEGIN --to END");
  }
}

TEST_CASE("malformed positions are refused") {
  for (const std::string_view text :
       {"", "+", "-", "@", "x", "1.5", "--5", "stored", "stored+5", "=5", "x=5", "-1=5",
        "2147483648=5", "1=", "1=2=3", "9223372036854775808", "@x", "Earliest"}) {
    CAPTURE(text);
    CHECK(refusal(text).find("write ") != std::string::npos);
  }
}

TEST_CASE("partition lists are sorted, and each partition counts once") {
  CHECK(*parse_partitions("0,2,5-7") == std::vector<std::int32_t>{0, 2, 5, 6, 7});
  CHECK(*parse_partitions("7,5-6,6,0") == std::vector<std::int32_t>{0, 5, 6, 7});
  CHECK(*parse_partitions("2147483647") == std::vector<std::int32_t>{2147483647});
}

TEST_CASE("malformed partition lists are refused") {
  for (const std::string_view text :
       {"", ",", "1,", ",1", "1,,2", "a", "-1", "1-", "3-1", "1-2-3", "2147483648", "1 ,2"}) {
    CAPTURE(text);
    const auto partitions = parse_partitions(text);
    REQUIRE_FALSE(partitions);
    CHECK(partitions.error().message.find("; write partitions as 0,2,5-7") != std::string::npos);
  }
}

TEST_CASE("a huge range of partitions does not fill the memory") {
  const auto partitions = parse_partitions("0-2147483647");
  REQUIRE_FALSE(partitions);
  CHECK(partitions.error().message == "0-2147483647 is more than 100000 partitions; write fewer");
  CHECK(parse_partitions("0-99999")->size() == 100000);
  CHECK_FALSE(parse_partitions("0-99999,100000"));
}
