#include "base/decimal.h"

#include <doctest/doctest.h>

using namespace estream;

TEST_CASE("take_decimal takes only the number") {
  std::string_view text = "12.50s";
  const auto number = take_decimal(text);
  REQUIRE(number);
  CHECK(number->whole == "12");
  CHECK(number->fraction == "50");
  CHECK(text == "s");
}

TEST_CASE("take_decimal takes nothing when digits are missing") {
  for (std::string_view text : {"", ".5", "5.", "-5", "x"}) {
    CAPTURE(text);
    const std::string_view before = text;
    CHECK_FALSE(take_decimal(text));
    CHECK(text == before);
  }
}

TEST_CASE("scaled rounds down once, whatever the number of digits") {
  CHECK(scaled({"0", "999999999999999999999"}, 10) == 9);
  CHECK(scaled({"1", "5"}, 3600) == 5400);
  CHECK(scaled({"0", "1"}, 1024) == 102);
  CHECK(scaled({"2", "29"}, 100) == 229);
}

TEST_CASE("scaled notices the last value that fits") {
  CHECK(scaled({"9223372036854775807", ""}, 1) == 9223372036854775807);
  CHECK_FALSE(scaled({"9223372036854775808", ""}, 1));
  CHECK_FALSE(scaled({"9223372036854775807", ""}, 2));
  CHECK_FALSE(scaled({"922337203685477580", "8"}, 10));
  CHECK(scaled({"922337203685477580", "7"}, 10) == 9223372036854775807);
}
