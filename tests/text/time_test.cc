#include "text/time.h"

#include <doctest/doctest.h>

#include <limits>

#include "base/rfc3339.h"
#include "cli/scoped_variable.h"

using namespace estream;
using namespace estream::cli;
using namespace estream::text;

// 2025-11-20T14:23:05.678Z
static constexpr Timestamp now = {1763648585678};
static constexpr TimeContext utc = {.now = now, .zone = Zone::utc};
static constexpr TimeContext local = {.now = now, .zone = Zone::local};

static std::string utc_text(std::string_view text, const TimeContext& context = utc) {
  const auto time = parse_time(text, context);
  CAPTURE(text);
  return time ? rfc3339(time->ms) : time.error().message;
}

static std::string refusal(std::string_view text, const TimeContext& context = utc) {
  const auto time = parse_time(text, context);
  REQUIRE_FALSE(time);
  CHECK(time.error().code == Error::Code::usage);
  return time.error().message;
}

TEST_CASE("words are resolved from now") {
  CHECK(utc_text("now") == "2025-11-20T14:23:05.678Z");
  CHECK(utc_text("today") == "2025-11-20T00:00:00.000Z");
  CHECK(utc_text("yesterday") == "2025-11-19T00:00:00.000Z");
  CHECK(utc_text("tomorrow") == "2025-11-21T00:00:00.000Z");
}

TEST_CASE("dates and times without a zone are UTC when asked for") {
  CHECK(utc_text("2026-02-28") == "2026-02-28T00:00:00.000Z");
  CHECK(utc_text("2026-11-20T14:03") == "2026-11-20T14:03:00.000Z");
  CHECK(utc_text("2026-11-20 14:03:05") == "2026-11-20T14:03:05.000Z");
  CHECK(utc_text("2026-11-20T14:03:05.1239") == "2026-11-20T14:03:05.123Z");
  CHECK(utc_text("2024-02-29") == "2024-02-29T00:00:00.000Z");
}

TEST_CASE("a zone in the text wins over the context") {
  const ScopedZone zone("Europe/Berlin");
  for (const TimeContext& context : {utc, local}) {
    CHECK(utc_text("2026-11-20T14:03Z", context) == "2026-11-20T14:03:00.000Z");
    CHECK(utc_text("2026-11-20T14:03:05+02:00", context) == "2026-11-20T12:03:05.000Z");
    CHECK(utc_text("2026-11-20 14:03-05:30", context) == "2026-11-20T19:33:00.000Z");
    CHECK(utc_text("2026-11-20 14:03 UTC", context) == "2026-11-20T14:03:00.000Z");
    CHECK(utc_text("2026-11-20Z", context) == "2026-11-20T00:00:00.000Z");
    CHECK(utc_text("2026-11-20+01:00", context) == "2026-11-19T23:00:00.000Z");
  }
}

TEST_CASE("times without a zone are local time") {
  const ScopedZone zone("Europe/Berlin");
  CHECK(utc_text("2026-11-20T14:03", local) == "2026-11-20T13:03:00.000Z");
  CHECK(utc_text("2026-07-20T14:03", local) == "2026-07-20T12:03:00.000Z");
  CHECK(utc_text("2026-07-20", local) == "2026-07-19T22:00:00.000Z");
  CHECK(utc_text("today", local) == "2025-11-19T23:00:00.000Z");
  CHECK(utc_text("08:30", local) == "2025-11-20T07:30:00.000Z");
}

TEST_CASE("today is the day of the local clock, not of UTC") {
  const ScopedZone zone("Pacific/Auckland");  // 03:23 on the 21st.
  CHECK(utc_text("today", local) == "2025-11-20T11:00:00.000Z");
  CHECK(utc_text("yesterday", local) == "2025-11-19T11:00:00.000Z");
}

TEST_CASE("a time that the clock showed twice is refused with both readings") {
  const ScopedZone zone("Europe/Berlin");
  CHECK(refusal("2026-10-25T02:30", local) ==
        "2026-10-25T02:30 is a time that the clock showed twice; "
        "write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00");
  CHECK(utc_text("2026-10-25T02:30", utc) == "2026-10-25T02:30:00.000Z");
}

TEST_CASE("a time that the clock skipped is refused with both readings") {
  const ScopedZone zone("Europe/Berlin");
  CHECK(refusal("2026-03-29 02:30", local) ==
        "'2026-03-29 02:30' is a time that the clock skipped; "
        "write 2026-03-29T02:30:00+01:00 or 2026-03-29T02:30:00+02:00");
}

TEST_CASE("the proposed readings are taken") {
  CHECK(utc_text("2026-10-25T02:30:00+02:00") == "2026-10-25T00:30:00.000Z");
  CHECK(utc_text("2026-10-25T02:30:00+01:00") == "2026-10-25T01:30:00.000Z");
}

TEST_CASE("a date whose midnight was skipped begins later, without an error") {
  const ScopedZone zone("America/Sao_Paulo");
  CHECK(utc_text("2018-11-04", local) == "2018-11-04T03:00:00.000Z");
}

TEST_CASE("a clock time means today") {
  CHECK(utc_text("09:05") == "2025-11-20T09:05:00.000Z");
  CHECK(utc_text("23:59:59") == "2025-11-20T23:59:59.000Z");
}

TEST_CASE("a day's word may be followed by a time of that day") {
  CHECK(utc_text("yesterday 14:00") == "2025-11-19T14:00:00.000Z");
  CHECK(utc_text("today 09:05:07.5") == "2025-11-20T09:05:07.500Z");
  CHECK(utc_text("tomorrow 00:00") == "2025-11-21T00:00:00.000Z");
  const ScopedZone zone("Pacific/Auckland");  // 03:23 on the 21st.
  CHECK(utc_text("yesterday 14:00", local) == "2025-11-20T01:00:00.000Z");
  for (const char* text : {"yesterday14:00", "yesterday ", "today 14", "today 25:00", "todays",
                           "tomorrow 09:00Z", "today  09:00"}) {
    CHECK(refusal(text).find("write a time such as") != std::string::npos);
  }
}

TEST_CASE("behind a date the hour alone is enough") {
  CHECK(utc_text("2026-11-20T14") == "2026-11-20T14:00:00.000Z");
  CHECK(utc_text("2026-11-20 07") == "2026-11-20T07:00:00.000Z");
  CHECK(utc_text("2026-11-20T14Z") == "2026-11-20T14:00:00.000Z");
  CHECK(utc_text("2026-11-20T14+02:00") == "2026-11-20T12:00:00.000Z");
  for (const char* text :
       {"2026-11-20T24", "2026-11-20T1", "2026-11-20T140", "2026-11-20T14:", "2026-11-20T14:7"}) {
    CHECK(refusal(text).find("write ") != std::string::npos);
  }
}

TEST_CASE("relative times count from now") {
  CHECK(utc_text("now-10m") == "2025-11-20T14:13:05.678Z");
  CHECK(utc_text("now+1h30m") == "2025-11-20T15:53:05.678Z");
  CHECK(utc_text("2 hours ago") == "2025-11-20T12:23:05.678Z");
  CHECK(utc_text("1 day 3 hours ago") == "2025-11-19T11:23:05.678Z");
  CHECK(utc_text("10 min ago") == "2025-11-20T14:13:05.678Z");
  CHECK(refusal("now-10") == "now-10 has no unit; write now-10s or now-10m");
  CHECK(refusal("now10m").find("write a time such as") != std::string::npos);
  CHECK(utc_text("-10m") == "2025-11-20T14:13:05.678Z");
  CHECK(utc_text("+1h30m") == "2025-11-20T15:53:05.678Z");
  CHECK(utc_text("2d ago") == "2025-11-18T14:23:05.678Z");
  CHECK(utc_text("-PT1H") == "2025-11-20T13:23:05.678Z");
}

TEST_CASE("the number of digits tells the unit of Unix time") {
  CHECK(parse_time("@1732350000", utc)->ms == 1732350000000);
  CHECK(parse_time("@1732350000123", utc)->ms == 1732350000123);
  CHECK(parse_time("@1732350000123456", utc)->ms == 1732350000123);
  CHECK(parse_time("@1732350000123456789", utc)->ms == 1732350000123);
  CHECK(parse_time("@1732350000.5", utc)->ms == 1732350000500);
  CHECK(parse_time("@0", utc)->ms == 0);
  CHECK(parse_time("@631152000123", utc)->ms == 631152000123);
  CHECK(refusal("@9999999999999999999") ==
        "@9999999999999999999 is too far away; write a nearer time");
}

TEST_CASE("a leap second is the last one of a day in UTC") {
  CHECK(utc_text("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00.000Z");
  CHECK(utc_text("2017-01-01T08:59:60+09:00") == "2017-01-01T00:00:00.000Z");
  CHECK(utc_text("23:59:60") == "2025-11-21T00:00:00.000Z");
  CHECK(refusal("14:03:60") == "14:03:60 is not a leap second; leap seconds are at 23:59:60 UTC");
  refusal("2026-11-20T14:03:60Z");
  const ScopedZone zone("Europe/Berlin");
  refusal("23:59:60", local);
  CHECK(utc_text("00:59:60", local) == "2025-11-20T00:00:00.000Z");
}

TEST_CASE("times before 1970 are negative") {
  CHECK(parse_time("1969-12-31T23:59:59.999Z", utc)->ms == -1);
  CHECK(parse_time("0000-01-01Z", utc)->ms == -62167219200000);
  CHECK(parse_time("9999-12-31T23:59:59.999Z", utc)->ms == 253402300799999);
}

TEST_CASE("a relative time does not overflow") {
  const TimeContext late = {.now = {std::numeric_limits<std::int64_t>::max()}};
  CHECK(refusal("+1s", late) == "+1s is too far away; write a nearer time");
  const TimeContext early = {.now = {std::numeric_limits<std::int64_t>::min()}};
  refusal("-292d", early);
}

TEST_CASE("malformed times are refused") {
  for (const std::string_view text : {"",
                                      "noon",
                                      "Today",
                                      "2026",
                                      "2026-13-01",
                                      "2026-02-29",
                                      "2026-00-10",
                                      "2026-1-1",
                                      "2026-11-20T",

                                      "2026-11-20T24:00",
                                      "2026-11-20T14:60",
                                      "2026-11-20T1:03",
                                      "2026-11-20T14:03:61",
                                      "2026-11-20T14:03:05.",
                                      "2026-11-20T14:03+2:00",
                                      "2026-11-20T14:03+24:00",
                                      "2026-11-20T14:03 CET",
                                      "14:3",
                                      "14:03Z",
                                      "1732350000",
                                      "@",
                                      "@-5",
                                      "@1x",
                                      "-5",
                                      "-",
                                      " ago",
                                      "5 ago",
                                      "20261120",
                                      "2026-11-20x"}) {
    CAPTURE(text);
    CHECK(refusal(text).find("write ") != std::string::npos);
  }
}

TEST_CASE("a relative time without a unit says what is missing") {
  CHECK(refusal("-30") == "-30 has no unit; write -30s or -30m");
  CHECK(refusal("1h30 ago") ==
        "cannot read '1h30 ago'; write -10m, +1h30m or '2 hours ago', at most "
        "100000 days");
  CHECK(refusal("30 ago") == "'30 ago' has no unit; write 30s ago or 30m ago");
  CHECK(utc_text("-0") == utc_text("now"));
}
