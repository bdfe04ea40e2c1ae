#include "text/rate.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::text;
using namespace std::chrono_literals;

TEST_CASE("rates of records may name the time, and mean a second otherwise") {
  CHECK(*parse_rate("500") == Rate{Rate::Kind::records, 500, 1s});
  CHECK(*parse_rate("10k/s") == Rate{Rate::Kind::records, 10000, 1s});
  CHECK(*parse_rate("2M/m") == Rate{Rate::Kind::records, 2000000, 60s});
  CHECK(*parse_rate("100/h") == Rate{Rate::Kind::records, 100, 3600s});
}

TEST_CASE("rates of bytes end in B") {
  CHECK(*parse_rate("10MiB/s") == Rate{Rate::Kind::bytes, 10485760, 1s});
  CHECK(*parse_rate("500KB/s") == Rate{Rate::Kind::bytes, 500000, 1s});
  CHECK(*parse_rate("100B/s") == Rate{Rate::Kind::bytes, 100, 1s});
}

TEST_CASE("an ambiguous, malformed or zero rate is refused") {
  for (const std::string_view text : {"", "/s", "10/", "10/d", "10K/s", "10G/s", "10MB", "10MB/m",
                                      "0", "0/s", "-1/s", "10/s/s"}) {
    CAPTURE(text);
    const auto rate = parse_rate(text);
    REQUIRE_FALSE(rate);
    CHECK(rate.error().code == Error::Code::usage);
    CHECK(rate.error().message.find("write ") != std::string::npos);
  }
}

TEST_CASE("rates for people are always in MiB a second") {
  CHECK(format_byte_rate(0, 1s) == "0.0MiB/s");
  CHECK(format_byte_rate(512 << 10, 250ms) == "2.0MiB/s");
  CHECK(format_byte_rate(10'433'331, 1s) == "9.9MiB/s");
  CHECK(format_byte_rate(10 << 20, 1s) == "10MiB/s");
  CHECK(format_byte_rate(3LL << 30, 1s) == "3072MiB/s");
}
