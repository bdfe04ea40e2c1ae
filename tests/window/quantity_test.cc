#include "window/quantity.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace estream::window {

static std::string printed(const Quantity& quantity, int digits = 0) {
  std::string text;
  quantity.append(text, digits);
  return text;
}

static std::string read_and_printed(std::string_view number, int digits = 0) {
  return printed(Quantity::parse(number), digits);
}

TEST_CASE("a decimal is printed as it was written") {
  for (const char* number :
       {"0", "7", "-7", "12.50", "-0.5", "0.000000000000000001", "-0.000000000000000001",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "9999999999999999999999999999.999999999999999999",
        "-9999999999999999999999999999.999999999999999999", "1.00", "100000000000000000000"}) {
    CAPTURE(number);
    CHECK(Quantity::parse(number).is_exact());
    CHECK(read_and_printed(number) == number);
  }
}

TEST_CASE("more digits are printed on request, never fewer") {
  CHECK(read_and_printed("12.5", 2) == "12.50");
  CHECK(read_and_printed("12.50", 1) == "12.50");
  CHECK(read_and_printed("-3", 18) == "-3.000000000000000000");
  CHECK(read_and_printed("1e300", 2) == "1e+300");
}

TEST_CASE("zero has no sign") {
  CHECK(read_and_printed("-0") == "0");
  CHECK(read_and_printed("-0.00") == "0.00");
  CHECK(read_and_printed("-0e5") == "0");
  CHECK(read_and_printed("-1e-400") == "0");
  CHECK(printed(Quantity::of_calculation(-0.0)) == "0");
}

TEST_CASE("an exponent is no reason to round") {
  CHECK(read_and_printed("1e3") == "1000");
  CHECK(read_and_printed("1.5e2") == "150");
  CHECK(read_and_printed("1.50e1") == "15.0");
  CHECK(read_and_printed("1E+2") == "100");
  CHECK(read_and_printed("-25e-1") == "-2.5");
  CHECK(read_and_printed("1e-18") == "0.000000000000000001");
  CHECK(read_and_printed("1e27") == "1000000000000000000000000000");
  CHECK(read_and_printed("0.00000000000000000000000000001e30") == "10");
  CHECK(read_and_printed("0e999999999999999999999") == "0");
  CHECK(read_and_printed("0e-3") == "0.000");
  CHECK(read_and_printed("0.5000000000000000000000") == "0.500000000000000000");
}

TEST_CASE("what is too long or too large is the nearest double") {
  for (const char* number : {"1e28", "10000000000000000000000000000", "0.1234567890123456789",
                             "1e-19", "5e-324", "1.7976931348623157e308"}) {
    CAPTURE(number);
    CHECK_FALSE(Quantity::parse(number).is_exact());
    CHECK(Quantity::parse(number).digits() == 0);
  }
  CHECK(read_and_printed("0.1234567890123456789") == "0.12345678901234568");
  CHECK(read_and_printed("1e400") == "1.7976931348623157e+308");
  CHECK(read_and_printed("-1e99999999999999999999") == "-1.7976931348623157e+308");
}

}  // namespace estream::window
