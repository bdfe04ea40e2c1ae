#include "text/time_pattern.h"

#include <doctest/doctest.h>

#include <string>

#include "base/rfc3339.h"
#include "cli/scoped_variable.h"

namespace estream::text {

namespace {

std::string read(const char* pattern, std::string_view text, Zone zone = Zone::utc) {
  const auto parsed = TimePattern::parse(pattern);
  if (!parsed) return parsed.error().message;
  const auto time = parsed->read(text, zone);
  return time ? rfc3339(time->ms) : "none";
}

}  // namespace

TEST_CASE("a pattern reads the times of logs") {
  CHECK(read("%d/%b/%Y:%H:%M:%S %z", "10/Oct/2026:13:55:36 +0200") == "2026-10-10T11:55:36.000Z");
  CHECK(read("%Y-%m-%d %H:%M:%S,%N", "2026-11-20 14:03:05,123") == "2026-11-20T14:03:05.123Z");
  CHECK(read("%a, %d %b %Y %T %z", "Fri, 20 Nov 2026 14:03:05 GMT") == "none");
  CHECK(read("%a, %d %b %Y %T GMT", "Fri, 20 Nov 2026 14:03:05 GMT") == "2026-11-20T14:03:05.000Z");
  CHECK(read("%m/%d/%y %I:%M %p", "11/20/26 02:03 PM") == "2026-11-20T14:03:00.000Z");
  CHECK(read("%Y%m%d", "20261120") == "2026-11-20T00:00:00.000Z");
  CHECK(read("%F %T.%N%z", "2026-11-20 14:03:05.5Z") == "2026-11-20T14:03:05.500Z");
  CHECK(read("%N%%%F", "1239%2026-11-20") == "2026-11-20T00:00:00.123Z");
}

TEST_CASE("a text has to fit as a whole, and to be a time that there is") {
  for (const char* text :
       {"2026-11-20", "2026-11-20 14:03:05 ", "2026-02-30 14:03:05", "2026-11-20 25:03:05",
        "x2026-11-20 14:03:05", "", "2026-11-20 14:03:61", "2026-11-20 14:03:60"}) {
    CAPTURE(text);
    CHECK(read("%F %T", text) == "none");
  }
  CHECK(read("%F %T", std::string_view("2026-11-20 14:03:05\0", 20)) == "none");
  CHECK(read("%F %T", "2016-12-31 23:59:60") == "2017-01-01T00:00:00.000Z");
  CHECK(read("%F %N", "2026-11-20 x") == "none");
}

TEST_CASE("without a zone in the pattern the zone is the one that was asked for") {
  const cli::ScopedZone zone("Europe/Berlin");
  CHECK(read("%F %T", "2026-11-20 14:03:05", Zone::local) == "2026-11-20T13:03:05.000Z");
  CHECK(read("%F %T", "2026-11-20 14:03:05", Zone::utc) == "2026-11-20T14:03:05.000Z");
  CHECK(read("%F %T %z", "2026-11-20 14:03:05 Z", Zone::local) == "2026-11-20T14:03:05.000Z");
  // The clock showed the first twice and skipped the second.
  CHECK(read("%F %T", "2026-10-25 02:30:00", Zone::local) == "2026-10-25T00:30:00.000Z");
  CHECK(read("%F %T", "2026-03-29 02:30:00", Zone::local) == "2026-03-29T01:30:00.000Z");
}

TEST_CASE("a pattern that does not tell the time is refused") {
  const std::string day =
      "must have a year, a month and a day, as %Y-%m-%d, and %p with %I; "
      "see strptime(3)";
  CHECK(read("%T", "") == "%T " + day);
  CHECK(read("%b %d %T", "") == "'%b %d %T' " + day);
  CHECK(read("%F %I:%M", "") == "'%F %I:%M' " + day);
  CHECK(read("%F %Q", "") == "'%F %Q' " + day);
  CHECK(read("", "").find(day) != std::string::npos);
  CHECK(read("%F %Z", "").find("has %Z, the name of a zone") != std::string::npos);
  CHECK(read("%s", "").find("Unix time is read without a pattern") != std::string::npos);
  CHECK(read("%F %N %N", "").find("has %N more than once") != std::string::npos);
  CHECK(read(std::string(201, 'x').c_str(), "").find("is no pattern") != std::string::npos);
}

TEST_CASE("a date, with or without a time of day, that has no zone") {
  const cli::ScopedZone zone("Europe/Berlin");
  const auto text_of = [](std::string_view text, Zone where) {
    const auto time = read_zoneless_time(text, where);
    return time ? rfc3339(time->ms) : "none";
  };
  CHECK(text_of("2026-11-20T14:03:05.123", Zone::local) == "2026-11-20T13:03:05.123Z");
  CHECK(text_of("2026-11-20 14:03", Zone::utc) == "2026-11-20T14:03:00.000Z");
  CHECK(text_of("2026-11-20", Zone::local) == "2026-11-19T23:00:00.000Z");
  for (const char* other : {"2026-11-2", "2026-11-20T14:03:05Z", "14:03", "1795183380", "",
                            "2026-11-20x14:03", "2026-11-20T14:03:60"}) {
    CAPTURE(other);
    CHECK(text_of(other, Zone::utc) == "none");
  }
}

}  // namespace estream::text
