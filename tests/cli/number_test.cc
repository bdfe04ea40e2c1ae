#include "cli/number.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::cli;

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

TEST_CASE("parse_whole takes digits and nothing else") {
  CHECK(parse_whole("007") == 7);
  for (const std::string_view text : {"", "-1", "+1", "1 ", "1.0", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_whole(text));
  }
}

TEST_CASE("a refused text is quoted when it would not be seen") {
  CHECK(unclear("30", "write 30s").message == "30? write 30s");
  CHECK(unclear("", "write 30s").message == "''? write 30s");
  CHECK(unclear("2 h", "write 2h").message == "'2 h'? write 2h");
}
