#include "json/rfc3339.h"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "base/date_time.h"
#include "support/seed.h"

namespace estream::json {

static std::string text_of(std::int64_t ms) {
  std::string out;
  return append_rfc3339(out, ms) ? out : "none" + out;
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
    REQUIRE(parse_zoned_time(text_of(ms)) == ms);
  }
}

}  // namespace estream::json
