#include "tool/inspect/histogram.h"

#include <doctest/doctest.h>

#include "base/rfc3339.h"
#include "cli/scoped_variable.h"

using namespace estream;
using namespace estream::tool;

TEST_CASE("buckets begin at multiples of their length, before 1970 too") {
  const Histogram histogram(1000);
  CHECK(histogram.begin_of({1999}).ms == 1000);
  CHECK(histogram.begin_of({2000}).ms == 2000);
  CHECK(histogram.begin_of({-2}).ms == -1000);
  CHECK(histogram.begin_of({-1000}).ms == -1000);
}

TEST_CASE("empty buckets between others are rows") {
  Histogram histogram(10);
  histogram.add(Timestamp{35}, 2, 200);
  histogram.add(Timestamp{11}, 1, 100);
  const auto rows = histogram.rows(100);
  REQUIRE(rows);
  REQUIRE(rows->size() == 3);
  CHECK((*rows)[0].begin.ms == 10);
  CHECK((*rows)[0].bucket.records == 1);
  CHECK((*rows)[1].bucket.records == 0);
  CHECK((*rows)[2].bucket.bytes == 200);
}

TEST_CASE("the first and the last times there are have their rows") {
  for (const std::int64_t length : {1, 7, 1000}) {
    Histogram histogram(length);
    histogram.add(Timestamp{INT64_MAX}, 1, 1);
    const auto rows = histogram.rows(10);
    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    CHECK((*rows)[0].begin.ms == INT64_MAX / length * length);
  }
  Histogram histogram(1000);
  histogram.add(Timestamp{INT64_MIN}, 1, 1);
  REQUIRE(histogram.rows(10));
  CHECK((*histogram.rows(10))[0].begin.ms == INT64_MIN);
  CHECK(histogram.begin_of({INT64_MIN}).ms == INT64_MIN);
}

TEST_CASE("empty rows are left out where there are too many, and too many others are none") {
  Histogram histogram(1);
  histogram.add(Timestamp{INT64_MIN}, 1, 1);
  histogram.add(Timestamp{INT64_MAX}, 1, 1);
  const auto far = histogram.rows(1000);
  REQUIRE(far);
  CHECK(far->size() == 2);
  CHECK(!histogram.rows(1));
}

TEST_CASE("bytes shared out add up") {
  Histogram histogram(10);
  histogram.add({Timestamp{1}, Timestamp{2}, Timestamp{11}}, 101);
  const auto rows = histogram.rows(10);
  REQUIRE(rows);
  CHECK((*rows)[0].bucket.records == 2);
  CHECK((*rows)[0].bucket.bytes + (*rows)[1].bucket.bytes == 101);
}

TEST_CASE("events without a time have a row of their own") {
  Histogram histogram(10);
  histogram.add(Timestamp{}, 5, 50);
  const auto rows = histogram.rows(10);
  REQUIRE(rows->size() == 1);
  CHECK((*rows)[0].begin == Timestamp{});
  CHECK((*rows)[0].bucket.records == 5);
}

TEST_CASE("a fitting length makes a screen of rows") {
  const auto fitting = [](std::int64_t span) {
    return Histogram::fitting_bucket_ms({0}, {span}, 49);
  };
  CHECK(fitting(0) == 10);
  CHECK(fitting(60'000) == 5000);
  CHECK(fitting(24LL * 3600 * 1000) == 3600 * 1000);
  CHECK(Histogram::fitting_bucket_ms({INT64_MIN}, {INT64_MAX}, 49) > 0);
  CHECK(Histogram::fitting_bucket_ms({0}, {24LL * 3600 * 1000}, 21) == 3 * 3600 * 1000);
}

TEST_CASE("days begin at midnight of the zone, also where its clock changes") {
  const cli::ScopedZone zone("Europe/Berlin");
  constexpr std::int64_t hour_ms = 3'600'000;
  const Histogram days(24 * hour_ms, Zone::local);
  const auto text_of = [](const Histogram& histogram, std::int64_t ms) {
    return rfc3339(histogram.begin_of({ms}).ms, Zone::local);
  };
  constexpr std::int64_t noon_ms =
      1'792'926'000'000;  // 2026-10-25T12:00+01:00, on a day of 25 hours.
  CHECK(text_of(days, noon_ms) == "2026-10-25T00:00:00.000+02:00");
  CHECK(text_of(days, noon_ms - 13 * hour_ms) == "2026-10-25T00:00:00.000+02:00");
  CHECK(text_of(days, noon_ms - 13 * hour_ms - 1) == "2026-10-24T00:00:00.000+02:00");
  CHECK(text_of(days, noon_ms + 12 * hour_ms) == "2026-10-26T00:00:00.000+01:00");
  // The hour that the clock showed twice is two rows.
  const Histogram hours(hour_ms, Zone::local);
  CHECK(text_of(hours, noon_ms - 10 * hour_ms - 1) == "2026-10-25T02:00:00.000+02:00");
  CHECK(text_of(hours, noon_ms - 10 * hour_ms + 1) == "2026-10-25T02:00:00.000+01:00");
  const cli::ScopedZone india("Asia/Kolkata");
  CHECK(text_of(hours, noon_ms) == "2026-10-25T16:00:00.000+05:30");
  CHECK(text_of(Histogram(24 * hour_ms, Zone::utc), noon_ms) == "2026-10-25T05:30:00.000+05:30");
}
