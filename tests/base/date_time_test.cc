#include "base/date_time.h"

#include <doctest/doctest.h>

using namespace estream;

static std::optional<std::int64_t> unix_ms(std::string_view text) {
  return unix_time_ms(*take_decimal(text));
}

TEST_CASE("the number of digits tells the unit of Unix time") {
  CHECK(unix_ms("0") == 0);
  CHECK(unix_ms("9999999999") == 9999999999000);
  CHECK(unix_ms("10000000000") == 10000000000);
  CHECK(unix_ms("631152000000") == 631152000000);
  CHECK(unix_ms("9999999999999") == 9999999999999);
  CHECK(unix_ms("10000000000000") == 10000000000);
  CHECK(unix_ms("1795183380123456") == 1795183380123);
  CHECK(unix_ms("9999999999999999") == 9999999999999);
  CHECK(unix_ms("10000000000000000") == 10000000000);
  CHECK(unix_ms("1795183380123456789") == 1795183380123);
  CHECK(unix_ms("9223372036854775807") == 9223372036854);
  CHECK(unix_ms("0000001795183380") == 1795183380000);
}

TEST_CASE("parts of a millisecond of Unix time are cut off") {
  CHECK(unix_ms("1795183380.1239") == 1795183380123);
  CHECK(unix_ms("0.0009") == 0);
  CHECK(unix_ms("1795183380123.9") == 1795183380123);
  CHECK(unix_ms("1795183380123999.9") == 1795183380123);
}

TEST_CASE("a Unix time that is too large is none") {
  CHECK_FALSE(unix_ms("9223372036854775808"));
  CHECK_FALSE(unix_ms("10000000000000000000"));
}

TEST_CASE("a date with a time and a zone is read") {
  CHECK(parse_zoned_time("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_zoned_time("2025-11-23T14:03:00.25+01:00") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23t13:03:00.250z") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23 07:33:00.250999-05:30") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23T14:03:00,25+0100") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23 14:03:00.25+01") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23 14:03:00.25 +0100") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23 13:03:00.25 UTC") == 1763902980250);
  CHECK(parse_zoned_time("2025-11-23T13:03Z") == 1763902980000);
  CHECK(parse_zoned_time("2025-11-23T13:03:00+00") == 1763902980000);
  CHECK(parse_zoned_time("1969-12-31T23:59:59.9995Z") == -1);
  CHECK(parse_zoned_time("2024-02-29T00:00:00Z") == 1709164800000);
}

TEST_CASE("second 60 is read where a leap second may be") {
  CHECK(parse_zoned_time("2016-12-31T23:59:60Z") == 1483228800000);
  CHECK(parse_zoned_time("2017-01-01T00:59:60+01:00") == 1483228800000);
  CHECK_FALSE(parse_zoned_time("2016-12-31T22:59:60Z"));
  CHECK_FALSE(parse_zoned_time("2016-12-31T23:58:60Z"));
  CHECK_FALSE(parse_zoned_time("2016-12-31T23:59:60+01:00"));
}

TEST_CASE("what is not a date with a time and a zone is refused") {
  for (const std::string_view text : {"",
                                      "now",
                                      "1732350000123",
                                      "2025-11-23",
                                      "2025-11-23Z",
                                      "2025-11-23T14:03:00",
                                      "2025-11-23T14:03:00+1",
                                      "2025-11-23T14:03:00+010",
                                      "2025-11-23T14:03:00+01000",
                                      "2025-11-23T14:03:00.Z",
                                      "2025-11-23T14:03:00;5Z",
                                      "2025-11-23T24:00:00Z",
                                      "2025-11-23T14:60:00Z",
                                      "2025-11-23T14:03:61Z",
                                      "2025-13-23T14:03:00Z",
                                      "2025-00-23T14:03:00Z",
                                      "2025-11-31T14:03:00Z",
                                      "2025-11-00T14:03:00Z",
                                      "2025-02-29T14:03:00Z",
                                      "2025-11-23T14:03:00Z ",
                                      "2025-11-23T14:03:00  Z",
                                      " 2025-11-23T14:03:00Z",
                                      "25-11-23T14:03:00Z",
                                      "+025-11-23T14:03:00Z",
                                      "2025-11-23T14:03:00+24:00",
                                      "2025-11-23T14:03:00+01:60",
                                      "2025/11/23T14:03:00Z",
                                      "2025-11-23T14:03:00.1x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_zoned_time(text));
  }
}
