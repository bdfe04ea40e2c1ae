#pragma once

#include <cstdint>
#include <vector>

#include "window/big_integer.h"

namespace estream::window {

// numerator / (product of the divisors) * 2^exponent. No divisor is zero.
struct Ratio {
  BigInteger numerator;
  std::vector<std::uint64_t> divisors = {};
  int exponent = 0;
};

// The nearest double; of two that are equally near, the even one. What is beyond the largest double
// counts as that one.
double nearest_double(Ratio ratio);

// The same for the square root. The ratio must not be negative.
double nearest_root(Ratio ratio);

}  // namespace estream::window
