#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/varint.h"
#include "window/big_integer.h"
#include "window/exact_sum.h"
#include "window/float_sum.h"
#include "window/quantity.h"
#include "window/wide.h"

namespace estream::window {

// The standard deviation of a sample, from exact sums of the values and of their squares: nothing
// is rounded before the end, so that large values with a small deviation come out right.
class Deviation {
 public:
  void add(const Quantity& value);
  void add_all(const Deviation& other);

  // The nearest double, or null for fewer than two values.
  void append(std::string& out) const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  FloatSum& float_squares();
  // The count times the sum of the squares minus the square of the sum, times 10^36.
  BigInteger spread(const ExactSum::Fraction& sum) const;

  std::int64_t count_ = 0;
  ExactSum sum_;
  Limbs<6> squares_{};  // Of decimals, times 10^36.
  std::unique_ptr<FloatSum> float_squares_;
};

}  // namespace estream::window
