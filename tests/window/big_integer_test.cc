#include "window/big_integer.h"

#include <doctest/doctest.h>

#include <random>

#include "support/seed.h"

namespace estream::window {

// Any size up to `limbs`, with many limbs of all zeros or all ones.
static BigInteger random_integer(std::mt19937_64& random, std::size_t limbs) {
  std::vector<std::uint64_t> magnitude(random() % (limbs + 1));
  for (std::uint64_t& limb : magnitude) {
    limb = random() % 3 == 0 ? random() : random() % 2 == 0 ? 0 : ~std::uint64_t{0};
  }
  return {magnitude, random() % 2 == 0};
}

static bool same(BigInteger a, const BigInteger& b) {
  a -= b;
  return a.is_zero() && !a.is_negative();
}

TEST_CASE("the rules of arithmetic hold") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 3'000; i++) {
    const BigInteger a = random_integer(random, 6);
    const BigInteger b = random_integer(random, 6);
    const BigInteger c = random_integer(random, 6);
    BigInteger sum = a;
    sum += b;
    BigInteger other_sum = b;
    other_sum += a;
    CHECK(same(sum, other_sum));
    BigInteger back = sum;
    back -= b;
    CHECK(same(back, a));
    BigInteger products = a * c;
    products += b * c;
    CHECK(same(sum * c, products));
  }
}

TEST_CASE("a quotient and its rest make the dividend again") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 3'000; i++) {
    const BigInteger dividend = random_integer(random, 6) * random_integer(random, 2);
    const std::uint64_t divisor = (random() >> (random() % 64)) | 1;
    BigInteger quotient = dividend;
    const std::uint64_t rest = quotient.divide(divisor);
    CHECK(rest < divisor);
    quotient *= divisor;
    if (dividend.is_negative()) {
      quotient -= BigInteger(rest);
    } else {
      quotient += BigInteger(rest);
    }
    CHECK(same(quotient, dividend));
  }
}

TEST_CASE("a shift is a product with a power of two") {
  for (std::size_t bits = 0; bits < 200; bits++) {
    CAPTURE(bits);
    BigInteger shifted(0xF000'0000'0000'0001);
    shifted <<= bits;
    BigInteger product(0xF000'0000'0000'0001);
    for (std::size_t i = 0; i < bits; i++) product *= 2;
    CHECK(same(shifted, product));
    CHECK(shifted.bits() == 64 + bits);
    CHECK(shifted.bits_at(bits, 64) == 0xF000'0000'0000'0001);
    CHECK(shifted.bits_at(bits + 1, 8) == 0);
    CHECK_FALSE(shifted.has_bits_below(bits));
    CHECK(shifted.has_bits_below(bits + 1));
  }
}

TEST_CASE("two's complements are read") {
  const auto of = [](std::vector<std::uint64_t> limbs) {
    return BigInteger::of_twos_complement(limbs);
  };
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  CHECK(of({}).is_zero());
  CHECK(of({0, 0}).is_zero());
  CHECK(same(of({5, 0}), BigInteger(5)));
  BigInteger minus_one;
  minus_one -= BigInteger(1);
  CHECK(same(of({ones}), minus_one));
  CHECK(same(of({ones, ones, ones}), minus_one));
  BigInteger least;
  BigInteger power(1);
  power <<= 127;
  least -= power;
  CHECK(same(of({0, std::uint64_t{1} << 63}), least));
}

}  // namespace estream::window
