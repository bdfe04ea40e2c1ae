#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/varint.h"
#include "window/big_integer.h"
#include "window/float_sum.h"
#include "window/quantity.h"
#include "window/wide.h"

namespace estream::window {

// A sum of quantities without any rounding. It does not depend on the order of adding, and no
// number of events makes it overflow. Doubles take memory on the heap, decimals do not.
class ExactSum {
 public:
  void add(const Quantity& part);
  // Takes a part out that is in it.
  void remove(const Quantity& part);
  void add_all(const ExactSum& other);

  // Whether all parts are decimals.
  bool is_exact() const { return floats_ == nullptr; }
  // The exact sum with so many digits behind the point, which must be enough for all parts; or the
  // double that is nearest to the sum.
  void append(std::string& out, int digits) const;
  // The double that is nearest to the sum divided by `count`, which is not 0.
  double divided_by(std::uint64_t count) const;

  // The sum is numerator * 10^-18 * 2^exponent.
  struct Fraction {
    BigInteger numerator;
    int exponent = 0;
  };
  Fraction fraction() const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  FloatSum& floats();

  Limbs<4> decimals_{};  // Times 10^18.
  std::unique_ptr<FloatSum> floats_;
};

}  // namespace estream::window
