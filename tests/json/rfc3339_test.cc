#include "json/rfc3339.h"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "support/seed.h"

namespace estream::json {

static std::string text_of(std::int64_t ms) {
  std::string out;
  return append_rfc3339(out, ms) ? out : "none" + out;
}

TEST_CASE("an RFC 3339 time is read") {
  CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_rfc3339("2025-11-23T14:03:00.25+01:00") == 1763902980250);
  CHECK(parse_rfc3339("2025-11-23t13:03:00.250z") == 1763902980250);
  CHECK(parse_rfc3339("2025-11-23 07:33:00.250999-05:30") == 1763902980250);
  CHECK(parse_rfc3339("1969-12-31T23:59:59.999Z") == -1);
  CHECK(parse_rfc3339("2024-02-29T00:00:00Z") == 1709164800000);
  CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == 1483228800000);
}

TEST_CASE("what is not an RFC 3339 time is refused") {
  for (const std::string_view text : {"",
                                      "now",
                                      "1732350000123",
                                      "2025-11-23",
                                      "2025-11-23T14:03Z",
                                      "2025-11-23T14:03:00",
                                      "2025-11-23T14:03:00+0100",
                                      "2025-11-23T14:03:00.Z",
                                      "2025-11-23T24:00:00Z",
                                      "2025-11-23T14:60:00Z",
                                      "2025-11-23T14:03:61Z",
                                      "2025-13-23T14:03:00Z",
                                      "2025-00-23T14:03:00Z",
                                      "2025-11-31T14:03:00Z",
                                      "2025-11-00T14:03:00Z",
                                      "2025-02-29T14:03:00Z",
                                      "2025-11-23T14:03:00Z ",
                                      " 2025-11-23T14:03:00Z",
                                      "25-11-23T14:03:00Z",
                                      "+025-11-23T14:03:00Z",
                                      "2025-11-23T14:03:00+24:00",
                                      "2025-11-23T14:03:00+01:60",
                                      "2025/11/23T14:03:00Z",
                                      "2025-11-23T14:03:00.1x"}) {
    CAPTURE(text);
    CHECK(!parse_rfc3339(text));
  }
}

TEST_CASE("a time is written with milliseconds in UTC") {
  CHECK(text_of(0) == "1970-01-01T00:00:00.000Z");
  CHECK(text_of(1763902980250) == "2025-11-23T13:03:00.250Z");
  CHECK(text_of(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a time is only written while its year has four digits") {
  CHECK(text_of(253402300799999) == "9999-12-31T23:59:59.999Z");
  CHECK(text_of(253402300800000) == "none");
  CHECK(text_of(-62167219200000) == "0000-01-01T00:00:00.000Z");
  CHECK(text_of(-62167219200001) == "none");
  CHECK(text_of(std::numeric_limits<std::int64_t>::max()) == "none");
  CHECK(text_of(std::numeric_limits<std::int64_t>::min()) == "none");
}

TEST_CASE("any time survives being written and read") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> times(-62167219200000, 253402300799999);
  for (int i = 0; i < 2000; i++) {
    const std::int64_t ms = times(random);
    REQUIRE(parse_rfc3339(text_of(ms)) == ms);
  }
}

}  // namespace estream::json
