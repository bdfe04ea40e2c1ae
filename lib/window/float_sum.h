#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/varint.h"
#include "window/big_integer.h"
#include "window/wide.h"

namespace estream::window {

// A sum of doubles, or of their squares, without any rounding: an integer of as many bits as it
// needs, so that the order of adding does not matter. All doubles must be finite.
class FloatSum {
 public:
  enum class Of { values, squares };
  explicit FloatSum(Of of) : of_(of) {}

  void add(double value) { change(value, false); }
  // Takes a value out that is in it.
  void remove(double value) { change(value, true); }
  void add_all(const FloatSum& other);

  std::int64_t count() const { return count_; }
  // The sum is total() * 2^unit_exponent().
  BigInteger total() const;
  int unit_exponent() const { return of_ == Of::values ? -1074 : -2148; }

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  using Limb = std::uint64_t;

  void change(double value, bool is_removed);
  void reserve(std::size_t first, std::size_t end);
  void add_limbs_at(std::size_t place, const std::uint64_t* limbs, std::size_t count,
                    bool is_minus);
  Limb sign() const { return limbs_.empty() || limbs_.back() >> 63 == 0 ? 0 : ~Limb{0}; }

  Of of_;
  std::size_t first_ = 0;    // The place of the lowest limb that is there: counted in 64 bits.
  std::vector<Limb> limbs_;  // Two's complement. The last one is the sign and nothing else.
  std::int64_t count_ = 0;
};

}  // namespace estream::window
