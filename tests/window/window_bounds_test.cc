#include "window/window_bounds.h"

#include <doctest/doctest.h>

#include <random>

#include "base/date_time.h"
#include "base/rfc3339.h"
#include "cli/scoped_variable.h"
#include "support/seed.h"
#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

static constexpr std::int64_t hour_ms = 3'600'000;
static constexpr std::int64_t day_ms = 24 * hour_ms;

static std::int64_t utc_ms(std::string_view text) { return parse_zoned_time(text).value(); }

static Settings days(std::int64_t size, std::int64_t step = 0) {
  Settings settings;
  settings.op = step == 0 ? Operator::tumble : Operator::hop;
  settings.size_ms = size * day_ms;
  settings.step_ms = step * day_ms;
  settings.zone = Zone::local;
  settings.is_by_days = true;
  return settings;
}

// The windows that the time is in: [from, to), in the local zone.
static std::vector<std::string> around(const Settings& settings, std::string_view time) {
  const WindowBounds bounds(settings);
  const auto numbers = bounds.around({utc_ms(time)});
  std::vector<std::string> texts;
  for (std::int64_t number = numbers.first; number <= numbers.last; number++) {
    texts.push_back(rfc3339(bounds.from(number).ms, settings.zone) + " " +
                    rfc3339(bounds.to(number).ms, settings.zone));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("a local day has 23, 24 or 25 hours") {
  const cli::ScopedZone zone("Europe/Berlin");
  const Settings day = days(1);
  CHECK(around(day, "2026-11-20T12:00Z") ==
        Texts{"2026-11-20T00:00:00.000+01:00 2026-11-21T00:00:00.000+01:00"});
  CHECK(around(day, "2026-03-29T00:00Z") ==
        Texts{"2026-03-29T00:00:00.000+01:00 2026-03-30T00:00:00.000+02:00"});
  CHECK(around(day, "2026-10-25T00:00Z") ==
        Texts{"2026-10-25T00:00:00.000+02:00 2026-10-26T00:00:00.000+01:00"});
  const WindowBounds bounds(day);
  const std::int64_t short_day = bounds.around({utc_ms("2026-03-29T12:00Z")}).last;
  CHECK(bounds.to(short_day) - bounds.from(short_day) == 23 * hour_ms);
  const std::int64_t long_day = bounds.around({utc_ms("2026-10-25T12:00Z")}).last;
  CHECK(bounds.to(long_day) - bounds.from(long_day) == 25 * hour_ms);
}

TEST_CASE("the last millisecond of a day is in it, and midnight is in the next one") {
  const cli::ScopedZone zone("Europe/Berlin");
  const WindowBounds bounds(days(1));
  const std::int64_t midnight = utc_ms("2026-10-26T00:00+01:00");
  const auto before = bounds.around({midnight - 1});
  const auto after = bounds.around({midnight});
  CHECK(before.first == before.last);
  CHECK(after.first == before.last + 1);
  CHECK(bounds.to(before.last) == Timestamp{midnight});
  CHECK(bounds.from(after.last) == Timestamp{midnight});
}

TEST_CASE("several days are counted from 1970-01-01 on") {
  const cli::ScopedZone zone("Europe/Berlin");
  CHECK(around(days(7), "2026-03-30T12:00Z") ==
        Texts{"2026-03-26T00:00:00.000+01:00 2026-04-02T00:00:00.000+02:00"});
  CHECK(around(days(1), "1970-01-01T12:00Z") ==
        Texts{"1970-01-01T00:00:00.000+01:00 1970-01-02T00:00:00.000+01:00"});
}

TEST_CASE("days hop, too") {
  const cli::ScopedZone zone("Europe/Berlin");
  CHECK(around(days(2, 1), "2026-03-29T12:00Z") ==
        Texts{"2026-03-28T00:00:00.000+01:00 2026-03-30T00:00:00.000+02:00",
              "2026-03-29T00:00:00.000+01:00 2026-03-31T00:00:00.000+02:00"});
}

TEST_CASE("without the rule of days, windows are aligned in UTC") {
  const cli::ScopedZone zone("Europe/Berlin");
  Settings settings = days(1);
  settings.is_by_days = false;
  CHECK(around(settings, "2026-03-29T00:00Z") ==
        Texts{"2026-03-29T01:00:00.000+01:00 2026-03-30T02:00:00.000+02:00"});
}

TEST_CASE("days of UTC are days of 24 hours") {
  const cli::ScopedZone zone("Europe/Berlin");
  Settings settings = days(1);
  settings.zone = Zone::utc;
  CHECK(around(settings, "2026-03-29T12:00Z") ==
        Texts{"2026-03-29T00:00:00.000Z 2026-03-30T00:00:00.000Z"});
}

TEST_CASE("a day whose midnight was skipped begins with its first instant") {
  const cli::ScopedZone zone("America/Sao_Paulo");
  CHECK(around(days(1), "2018-11-04T12:00Z") ==
        Texts{"2018-11-04T01:00:00.000-02:00 2018-11-05T00:00:00.000-02:00"});
}

TEST_CASE("a day whose midnight came twice begins with the first one") {
  const cli::ScopedZone zone("America/Havana");  // 01:00 became 00:00.
  CHECK(around(days(1), "2026-11-01T04:30Z") ==
        Texts{"2026-11-01T00:00:00.000-04:00 2026-11-02T00:00:00.000-05:00"});
  CHECK(around(days(1), "2026-11-01T05:30Z") == around(days(1), "2026-11-01T04:30Z"));
}

TEST_CASE("a day that a zone left out has no events") {
  const cli::ScopedZone zone("Pacific/Apia");  // There was no 2011-12-30.
  CHECK(around(days(1), "2011-12-30T09:59Z") ==
        Texts{"2011-12-29T00:00:00.000-10:00 2011-12-31T00:00:00.000+14:00"});
  CHECK(around(days(1), "2011-12-30T10:00Z") ==
        Texts{"2011-12-31T00:00:00.000+14:00 2012-01-01T00:00:00.000+14:00"});
}

TEST_CASE("each time is in as many windows as it should be, and these are in order") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto number = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  for (const char* name : {"Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Pacific/Apia",
                           "Africa/Monrovia", "Asia/Tehran", "Australia/Lord_Howe"}) {
    const cli::ScopedZone zone(name);
    CAPTURE(name);
    for (int round = 0; round < 300; round++) {
      const std::int64_t step = number(1, 3);
      const std::int64_t size = step * number(1, 3);
      const WindowBounds bounds(days(size, step));
      const Timestamp time = {number(0, 2'500'000'000'000)};
      CAPTURE(time.ms);
      const auto numbers = bounds.around(time);
      CHECK(numbers.last - numbers.first + 1 == size / step);
      for (std::int64_t i = numbers.first - 1; i <= numbers.last + 1; i++) {
        const bool is_in = bounds.from(i) <= time && time < bounds.to(i);
        CHECK(is_in == (numbers.first <= i && i <= numbers.last));
        CHECK(bounds.from(i) <= bounds.from(i + 1));
        CHECK(bounds.to(i) <= bounds.to(i + 1));
        CHECK(bounds.to(i) == bounds.from(i + size / step));
      }
    }
  }
}

TEST_CASE("years that RFC 3339 does not know have days, too") {
  const cli::ScopedZone zone("America/New_York");
  const WindowBounds bounds(days(1));
  for (const std::int64_t ms :
       {std::int64_t{253'402'300'799'999}, std::int64_t{253'402'300'800'000},
        std::int64_t{8'000'000'000'000'000}, INT64_MAX - 1, INT64_MAX}) {
    CAPTURE(ms);
    const auto numbers = bounds.around({ms});
    CHECK(numbers.first == numbers.last);
    CHECK(bounds.from(numbers.last).ms <= ms);
    CHECK((bounds.to(numbers.last).ms > ms || ms == INT64_MAX));
  }
}

TEST_CASE("lines have the times of the zone, and an hour that came twice is in one day") {
  const cli::ScopedZone zone("Europe/Berlin");
  TestTask task(days(1));
  std::int64_t offset = 0;
  for (const char* time : {"2026-10-24T21:59:59.999Z", "2026-10-24T22:00Z", "2026-10-25T00:30Z",
                           "2026-10-25T01:30Z", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00Z"}) {
    task.put({.offset = offset++, .ms = utc_ms(time)});
  }
  CHECK(task.take_lines() ==
        Texts{line_of("a", utc_ms("2026-10-24T00:00+02:00"), utc_ms("2026-10-25T00:00+02:00"),
                      {"0"}, 'f', "", Zone::local),
              line_of("a", utc_ms("2026-10-25T00:00+02:00"), utc_ms("2026-10-26T00:00+01:00"),
                      {"1", "2", "3", "4"}, 'f', "", Zone::local)});
}
