#include "base/rfc3339.h"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "base/date_time.h"
#include "cli/scoped_variable.h"
#include "support/seed.h"

namespace estream {

TEST_CASE("a time is written with milliseconds in UTC") {
  CHECK(rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(1763902980250) == "2025-11-23T13:03:00.250Z");
  CHECK(rfc3339(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(rfc3339(951782400000) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("years with more than four digits, which RFC 3339 does not know, get a sign") {
  CHECK(has_rfc3339(253402300799999));
  CHECK(rfc3339(253402300799999) == "9999-12-31T23:59:59.999Z");
  CHECK_FALSE(has_rfc3339(253402300800000));
  CHECK(rfc3339(253402300800000) == "+10000-01-01T00:00:00.000Z");
  CHECK(rfc3339(-62167219200000) == "0000-01-01T00:00:00.000Z");
  CHECK_FALSE(has_rfc3339(-62167219200001));
  CHECK(rfc3339(-62167219200001) == "-0001-12-31T23:59:59.999Z");
  CHECK(rfc3339(std::numeric_limits<std::int64_t>::max()) == "+292278994-08-17T07:12:55.807Z");
  CHECK(rfc3339(std::numeric_limits<std::int64_t>::min()) == "-292275055-05-16T16:47:04.192Z");
}

TEST_CASE("a local time has its distance from UTC") {
  {
    const cli::ScopedVariable zone("TZ", "Europe/Berlin");
    CHECK(rfc3339(1763902980250, Zone::local) == "2025-11-23T14:03:00.250+01:00");
    CHECK(rfc3339(1784000000000, Zone::local) == "2026-07-14T05:33:20.000+02:00");
    CHECK(rfc3339(1763902980250, Zone::utc) == "2025-11-23T13:03:00.250Z");
  }
  {
    const cli::ScopedVariable zone("TZ", "America/St_Johns");
    CHECK(rfc3339(1763902980250, Zone::local) == "2025-11-23T09:33:00.250-03:30");
  }
}

TEST_CASE("a local time that RFC 3339 cannot write is in UTC") {
  const cli::ScopedVariable zone("TZ", "<east>-01:00:30");
  CHECK(rfc3339(0, Zone::local) == "1970-01-01T00:00:00.000Z");
  const cli::ScopedVariable whole("TZ", "<east>-01:00");
  CHECK(rfc3339(253402300799999, Zone::local) == "9999-12-31T23:59:59.999Z");
  CHECK(rfc3339(253402300800000, Zone::local) == "+10000-01-01T00:00:00.000Z");
}

TEST_CASE("any time survives being written and read, in any zone") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const cli::ScopedVariable zone("TZ", "Asia/Kathmandu");
  std::uniform_int_distribution<std::int64_t> times(-62167219200000, 253402300799999);
  for (int i = 0; i < 2000; i++) {
    const std::int64_t ms = times(random);
    REQUIRE(parse_zoned_time(rfc3339(ms)) == ms);
    REQUIRE(parse_zoned_time(rfc3339(ms, Zone::local)) == ms);
  }
}

}  // namespace estream
