#include "text/duration.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::text;
using namespace std::chrono_literals;

static std::string refusal(std::string_view text) {
  const auto duration = parse_duration(text);
  REQUIRE_FALSE(duration);
  CHECK(duration.error().code == Error::Code::usage);
  return duration.error().message;
}

TEST_CASE("every unit has its length") {
  CHECK(*parse_duration("7ns") == 7ns);
  CHECK(*parse_duration("7us") == 7us);
  CHECK(*parse_duration("7ms") == 7ms);
  CHECK(*parse_duration("90s") == 90s);
  CHECK(*parse_duration("7m") == 7min);
  CHECK(*parse_duration("7min") == 7min);
  CHECK(*parse_duration("7h") == 7h);
  CHECK(*parse_duration("2d") == 48h);
  CHECK(*parse_duration("2w") == 336h);
}

TEST_CASE("parts of a duration add up, fractions too") {
  CHECK(*parse_duration("1h30m") == 90min);
  CHECK(*parse_duration("1.5h") == 90min);
  CHECK(*parse_duration("1s500ms") == 1500ms);
  CHECK(*parse_duration("0s") == 0s);
}

TEST_CASE("ISO 8601 durations are taken") {
  CHECK(*parse_duration("P1DT2H") == 26h);
  CHECK(*parse_duration("PT1H2M3.5S") == 3723500ms);
  CHECK(*parse_duration("P2W") == 336h);
  CHECK(*parse_duration("PT0.5S") == 500ms);
}

TEST_CASE("a duration may be in words, with one blank or none between them") {
  CHECK(*parse_duration("2 hours") == 2h);
  CHECK(*parse_duration("1 day 3 hours") == 27h);
  CHECK(*parse_duration("10 min") == 10min);
  CHECK(*parse_duration("1.5 weeks") == 252h);
  CHECK(*parse_duration("1 sec") == 1s);
  CHECK(*parse_duration("3h 20m") == 200min);
  CHECK(*parse_duration("30days") == 720h);
  CHECK(*parse_duration("5 s") == 5s);
  for (const std::string_view text : {"", "2", "2 ", "2  hours", "2 hours ", "two hours", "2 month",
                                      "hours", "2 hour 3", "100001 days"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("a number without a unit is refused with two proposals") {
  CHECK(refusal("30") == "30 has no unit; write 30s or 30m");
  CHECK(refusal("1h30") == "1h30 has no unit; write 1h30s or 1h30m");
}

TEST_CASE("months, years and unknown units are refused") {
  CHECK(refusal("1y") ==
        "cannot read 1y; the units are ns us ms s m h d w; write 30s, 1h30m or 2d");
  for (const std::string_view text : {"1M", "1mo", "3S", "1 S", "P1Y", "P1M"}) {
    CAPTURE(text);
    refusal(text);
  }
}

TEST_CASE("malformed durations are refused") {
  for (const std::string_view text :
       {"",   "s",    "-5s", "+5s",    ".5s",   "5.s",   "1h ", "P",         "PT",     "P1DT",
        "P1", "PT1D", "P1H", "PT1S1H", "P1D2H", "PT1.S", "p1d", "P1DT1HT1M", "PT1S1S", "P1D1D"}) {
    CAPTURE(text);
    refusal(text);
  }
}

TEST_CASE("zero needs no unit") {
  CHECK(*parse_duration("0") == 0s);
  refusal("00");
}

TEST_CASE("a duration can be added to any uptime without overflow") {
  CHECK(parse_duration("100000d")->count() == 8640000000000000000);
  CHECK(refusal("100001d") == "100001d is more than 100000 days; write a shorter duration");
  refusal("100000d1ns");
  refusal("99999d2d");
  refusal("106752d");
  refusal("99999999999999999999999d");
  refusal("106751d106751d");
  refusal("P99999999W");
}

TEST_CASE("durations for people have two units at most") {
  CHECK(format_duration(10s) == "10s");
  CHECK(format_duration(59'999ms) == "59s");
  CHECK(format_duration(60s) == "1m");
  CHECK(format_duration(61s) == "1m1s");
  CHECK(format_duration(3h + 19min + 27'559ms) == "3h19m");
  CHECK(format_duration(1h + 59s) == "1h");
  CHECK(format_duration(25h) == "1d1h");
  CHECK(format_duration(24h * 10 + 5h) == "10d");
  CHECK(format_duration(24h * 30) == "30d");
}

TEST_CASE("short durations for people have a fraction that says something") {
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(5s) == "5s");
  CHECK(format_duration(110ms) == "0.11s");
  CHECK(format_duration(9'876ms) == "9.88s");
  CHECK(format_duration(9'999ms) == "10s");
  CHECK(format_duration(3'120us) == "0.0031s");
  CHECK(format_duration(7ms) == "0.007s");
  CHECK(format_duration(1ns) == "0.000000001s");
}

TEST_CASE("a duration for people may be negative, and is read back") {
  CHECK(format_duration(-5s) == "-5s");
  CHECK(format_duration(-90min) == "-1h30m");
  for (const auto length : {0ns, 1ns, 7'000'000ns, 5'400'000'000'000ns}) {
    CHECK(*parse_duration(format_duration(length)) == length);
  }
}
