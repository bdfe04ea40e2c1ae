#include "window/decimal_text.h"

#include <doctest/doctest.h>

#include <limits>

namespace estream::window {

static std::string scaled(const Limbs<4>& value, int digits) {
  std::string text;
  append_scaled(text, value, digits);
  return text;
}

TEST_CASE("scaled numbers have their point in the right place") {
  CHECK(scaled({0}, 0) == "0");
  CHECK(scaled({0}, 2) == "0.00");
  CHECK(scaled({1}, 18) == "0.000000000000000001");
  CHECK(scaled({fraction_unit}, 0) == "1");
  CHECK(scaled({fraction_unit + fraction_unit / 2}, 1) == "1.5");
  CHECK(scaled({fraction_unit / 20}, 2) == "0.05");
  constexpr std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();
  CHECK(scaled({ones, ones, ones, ones}, 18) ==
        "115792089237316195423570985008687907853269984665640564039457."
        "584007913129639935");
}

TEST_CASE("integers of up to 128 bits have all their digits") {
  const auto digits = [](Uint128 value) {
    std::string text;
    append_integer(text, value);
    return text;
  };
  CHECK(digits(0) == "0");
  CHECK(digits(fraction_unit - 1) == "999999999999999999");
  CHECK(digits(fraction_unit) == "1000000000000000000");
  CHECK(digits(~Uint128{0}) == "340282366920938463463374607431768211455");
}

TEST_CASE("doubles have the shortest text, and zero has no sign") {
  const auto text_of = [](double value) {
    std::string text;
    append_double(text, value);
    return text;
  };
  CHECK(text_of(0.1) == "0.1");
  CHECK(text_of(21) == "21");
  CHECK(text_of(-0.0) == "0");
  CHECK(text_of(0.1 + 0.2) == "0.30000000000000004");
  CHECK(text_of(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
}

}  // namespace estream::window
