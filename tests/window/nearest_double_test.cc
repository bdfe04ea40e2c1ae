#include "window/nearest_double.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "support/seed.h"
#include "window/long_decimal.h"
#include "window/random_numbers.h"

namespace estream::window {

static BigInteger integer(std::uint64_t value, bool is_negative = false) {
  return {std::span(&value, 1), is_negative};
}

TEST_CASE("a ratio is rounded to the nearest double") {
  CHECK(nearest_double({.numerator = integer(1), .divisors = {10}}) == 0.1);
  CHECK(nearest_double({.numerator = integer(2), .divisors = {3}}) == 2.0 / 3);
  CHECK(nearest_double({.numerator = integer(7, true), .divisors = {7}}) == -1);
  CHECK(nearest_double({.numerator = BigInteger(), .divisors = {7}}) == 0);
}

TEST_CASE("halves are rounded to even, and a rest breaks the tie") {
  const std::uint64_t odd = (std::uint64_t{1} << 53) + 1;
  CHECK(nearest_double({.numerator = integer(odd)}) == 9007199254740992.0);
  CHECK(nearest_double({.numerator = integer(odd + 2)}) == 9007199254740996.0);
  BigInteger above = integer(odd);
  above <<= 200;
  above += integer(1);
  CHECK(nearest_double({.numerator = above, .exponent = -200}) == 9007199254740994.0);
}

TEST_CASE("the rest of a division breaks a tie, too") {
  BigInteger numerator = integer((std::uint64_t{1} << 53) + 1);
  numerator <<= 77;
  numerator *= 7;
  CHECK(nearest_double({.numerator = numerator, .divisors = {7}, .exponent = -77}) ==
        9007199254740992.0);
  numerator += integer(1);
  CHECK(nearest_double({.numerator = numerator, .divisors = {7}, .exponent = -77}) ==
        9007199254740994.0);
}

TEST_CASE("the smallest doubles are rounded once") {
  constexpr double least = std::numeric_limits<double>::denorm_min();
  CHECK(nearest_double({.numerator = integer(1), .exponent = -1074}) == least);
  CHECK(nearest_double({.numerator = integer(1), .divisors = {2}, .exponent = -1074}) == 0);
  CHECK(nearest_double({.numerator = integer(3), .divisors = {4}, .exponent = -1074}) == least);
  CHECK(nearest_double({.numerator = integer(3), .divisors = {5}, .exponent = -1074}) == least);
  CHECK(nearest_double({.numerator = integer(2), .divisors = {5}, .exponent = -1074}) == 0);
  CHECK(nearest_double({.numerator = integer(3), .divisors = {2}, .exponent = -1074}) == 2 * least);
  CHECK(nearest_double({.numerator = integer(1), .exponent = -3000}) == 0);
}

TEST_CASE("there is no double beyond the largest one") {
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(nearest_double({.numerator = integer(1), .exponent = 1024}) == largest);
  CHECK(nearest_double({.numerator = integer(1, true), .exponent = 5000}) == -largest);
  CHECK(nearest_double({.numerator = integer(~std::uint64_t{0}), .exponent = 960}) == largest);
}

TEST_CASE("random ratios are rounded as the C library reads their decimals") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 300; i++) {
    const double value = random.any_double();
    const std::uint64_t divisor = random.below(std::uint64_t{1} << random.below(59)) + 1;
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(value), &exponent);
    const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
    CAPTURE(value);
    CAPTURE(divisor);
    CHECK(nearest_double({.numerator = integer(mantissa, value < 0),
                          .divisors = {divisor},
                          .exponent = exponent - 53}) ==
          LongDecimal::of(value).divided_by(divisor).to_double());
  }
}

TEST_CASE("roots are the nearest double") {
  CHECK(nearest_root({.numerator = integer(9)}) == 3);
  CHECK(nearest_root({.numerator = integer(2)}) == std::sqrt(2.0));
  CHECK(nearest_root({.numerator = integer(1), .divisors = {4}}) == 0.5);
  CHECK(nearest_root({.numerator = BigInteger()}) == 0);
  CHECK(nearest_root({.numerator = integer(1), .exponent = -2148}) ==
        std::numeric_limits<double>::denorm_min());
  CHECK(nearest_root({.numerator = integer(1), .exponent = 2000}) == 0x1p1000);
  CHECK(nearest_root({.numerator = integer(2), .exponent = 2046}) == std::sqrt(2.0) * 0x1p1023);
  CHECK(nearest_root({.numerator = integer(1), .exponent = 2048}) ==
        std::numeric_limits<double>::max());
}

TEST_CASE("roots of doubles are those of the hardware") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 10'000; i++) {
    const double value = std::fabs(random.any_double());
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
    CAPTURE(value);
    CHECK(nearest_root({.numerator = integer(mantissa), .exponent = exponent - 53}) ==
          std::sqrt(value));
  }
}

}  // namespace estream::window
