#include "text/local_clock.h"

#include <doctest/doctest.h>

#include "cli/scoped_variable.h"

using namespace estream::cli;
using namespace estream::text;
using Kind = WallReading::Kind;

// date -u -d '2026-03-29 02:30' +%s, and so on.
static constexpr std::int64_t spring_gap = 1774751400;
static constexpr std::int64_t autumn_overlap = 1792895400;
static constexpr std::int64_t plain_day = 1763649780;

TEST_CASE("an ordinary wall time was shown once") {
  const ScopedZone zone("Europe/Berlin");
  const WallReading reading = read_wall_clock(plain_day);
  CHECK(reading.kind == Kind::once);
  CHECK(reading.offset_before_s == 3600);
  CHECK(wall_time_at(plain_day - 3600) == plain_day);
}

TEST_CASE("a clock set forward skipped a time, a clock set back showed one twice") {
  for (const char* name : {"Europe/Berlin", ":Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"}) {
    CAPTURE(name);
    const ScopedZone zone(name);
    const WallReading gap = read_wall_clock(spring_gap);
    CHECK(gap.kind == Kind::skipped);
    CHECK(gap.offset_before_s == 3600);
    CHECK(gap.offset_after_s == 7200);
    const WallReading overlap = read_wall_clock(autumn_overlap);
    CHECK(overlap.kind == Kind::twice);
    CHECK(overlap.offset_before_s == 7200);
    CHECK(overlap.offset_after_s == 3600);
  }
}

TEST_CASE("the edges of a change belong to ordinary time") {
  const ScopedZone zone("Europe/Berlin");
  CHECK(read_wall_clock(spring_gap - 1801).kind == Kind::once);  // 01:59:59
  CHECK(read_wall_clock(spring_gap - 1800).kind == Kind::skipped);
  CHECK(read_wall_clock(spring_gap + 1799).kind == Kind::skipped);
  CHECK(read_wall_clock(spring_gap + 1800).kind == Kind::once);  // 03:00:00
  CHECK(read_wall_clock(autumn_overlap - 1801).kind == Kind::once);
  CHECK(read_wall_clock(autumn_overlap - 1800).kind == Kind::twice);
  CHECK(read_wall_clock(autumn_overlap + 1799).kind == Kind::twice);
  CHECK(read_wall_clock(autumn_overlap + 1800).kind == Kind::once);
}

TEST_CASE("a change of the standard time, without summer time, is seen too") {
  const ScopedZone zone("Europe/Moscow");
  const WallReading reading = read_wall_clock(1414287000);  // 2014-10-26 01:30
  CHECK(reading.kind == Kind::twice);
  CHECK(reading.offset_before_s == 4 * 3600);
  CHECK(reading.offset_after_s == 3 * 3600);
}

TEST_CASE("a day without a midnight begins where the clock was set to") {
  const ScopedZone zone("America/Sao_Paulo");
  const std::int64_t midnight = 1541289600;  // 2018-11-04 00:00, set forward to 01:00.
  CHECK(read_wall_clock(midnight).kind == Kind::skipped);
  CHECK(first_instant_at(midnight) == midnight + 3 * 3600);
}

TEST_CASE("a day with two midnights begins at the first") {
  const ScopedZone zone("America/Havana");
  const std::int64_t midnight = 1793491200;  // 2026-11-01 00:00, shown again after 00:59:59.
  CHECK(read_wall_clock(midnight).kind == Kind::twice);
  CHECK(first_instant_at(midnight) == midnight + 4 * 3600);
}

TEST_CASE("a day that a zone left out is empty") {
  const ScopedZone zone("Pacific/Apia");
  const std::int64_t left_out = 1325203200;  // 2011-12-30
  CHECK(read_wall_clock(left_out + 12 * 3600).kind == Kind::skipped);
  CHECK(first_instant_at(left_out) == first_instant_at(left_out + 86400));
  CHECK(first_instant_at(left_out + 40'021) == first_instant_at(left_out));
}

TEST_CASE("UTC and an unknown zone are UTC") {
  for (const char* name : {"UTC", "UTC0", "", "No/Such_Zone"}) {
    CAPTURE(name);
    const ScopedZone zone(name);
    CHECK(first_instant_at(plain_day) == plain_day);
  }
}
