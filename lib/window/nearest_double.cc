#include "window/nearest_double.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/assert.h"
#include "window/wide.h"

namespace estream::window {

namespace {

// mantissa * 2^exponent, and a little more if there is a rest: less than one of its last bit.
struct Leading {
  Uint128 mantissa = 0;
  int exponent = 0;
  bool has_rest = false;
};

int bits_of(std::uint64_t value) { return 64 - std::countl_zero(value); }
int bits_of(Uint128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return high != 0 ? 64 + bits_of(high) : bits_of(static_cast<std::uint64_t>(value));
}

// The first 127 or 128 bits of a ratio above zero, with an even exponent.
Leading leading_bits(Ratio& ratio) {
  std::size_t wanted = 130;
  for (const std::uint64_t divisor : ratio.divisors) {
    wanted += static_cast<std::size_t>(bits_of(divisor));
  }
  BigInteger& quotient = ratio.numerator;
  int exponent = ratio.exponent;
  if (quotient.bits() < wanted) {
    exponent -= static_cast<int>(wanted - quotient.bits());
    quotient <<= wanted - quotient.bits();
  }
  Leading leading;
  for (const std::uint64_t divisor : ratio.divisors) {
    if (quotient.divide(divisor) != 0) leading.has_rest = true;
  }
  std::size_t dropped = quotient.bits() - 128;
  if ((exponent + static_cast<int>(dropped)) % 2 != 0) dropped++;
  leading.mantissa =
      Uint128{quotient.bits_at(dropped + 64, 64)} << 64 | quotient.bits_at(dropped, 64);
  leading.exponent = exponent + static_cast<int>(dropped);
  if (quotient.has_bits_below(dropped)) leading.has_rest = true;
  return leading;
}

double rounded(const Leading& leading) {
  constexpr int least_exponent = -1074;
  const int bits = bits_of(leading.mantissa);
  const int dropped = std::max(bits - 53, least_exponent - leading.exponent);
  if (dropped > 128) return 0;  // Below half of the smallest double.
  const Uint128 half = Uint128{1} << (dropped - 1);
  const Uint128 rest = leading.mantissa & ((half << 1) - 1);
  auto kept = dropped == 128 ? 0 : static_cast<std::uint64_t>(leading.mantissa >> dropped);
  const bool is_above_half = rest > half || (rest == half && leading.has_rest);
  if (is_above_half || (rest == half && kept % 2 == 1)) kept++;
  const double value = std::ldexp(static_cast<double>(kept), leading.exponent + dropped);
  return std::min(value, std::numeric_limits<double>::max());
}

std::uint64_t whole_root(Uint128 square) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 63; bit != 0; bit >>= 1) {
    const std::uint64_t larger = root | bit;
    if (Uint128{larger} * larger <= square) root = larger;
  }
  return root;
}

}  // namespace

double nearest_double(Ratio ratio) {
  if (ratio.numerator.is_zero()) return 0;
  const bool is_negative = ratio.numerator.is_negative();
  const double value = rounded(leading_bits(ratio));
  return is_negative ? -value : value;
}

double nearest_root(Ratio ratio) {
  ASSERT(!ratio.numerator.is_negative());
  if (ratio.numerator.is_zero()) return 0;
  Leading leading = leading_bits(ratio);
  const std::uint64_t root = whole_root(leading.mantissa);
  if (Uint128{root} * root != leading.mantissa) leading.has_rest = true;
  return rounded(
      {.mantissa = root, .exponent = leading.exponent / 2, .has_rest = leading.has_rest});
}

}  // namespace estream::window
