#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace estream::window {

// An integer of any size, for the last steps of exact results. It allocates, so that it is not for
// the sums themselves.
class BigInteger {
 public:
  BigInteger() = default;  // Zero.
  explicit BigInteger(std::uint64_t value);
  // The lowest 64 bits first.
  BigInteger(std::span<const std::uint64_t> magnitude, bool is_negative);
  static BigInteger of_twos_complement(std::span<const std::uint64_t> limbs);

  bool is_zero() const { return limbs_.empty(); }
  bool is_negative() const { return is_negative_; }
  std::span<const std::uint64_t> magnitude() const { return limbs_; }  // Zero has none.
  std::size_t bits() const;                                            // Of the magnitude.

  BigInteger& operator+=(const BigInteger& other);
  BigInteger& operator-=(const BigInteger& other);
  friend BigInteger operator*(const BigInteger& a, const BigInteger& b);
  BigInteger& operator*=(std::uint64_t factor);
  BigInteger& operator<<=(std::size_t bits);

  // Divides the magnitude, and returns the rest.
  std::uint64_t divide(std::uint64_t divisor);
  // Bits of the magnitude from `first` on; at most 64 of them.
  std::uint64_t bits_at(std::size_t first, std::size_t count) const;
  bool has_bits_below(std::size_t end) const;

 private:
  using Limbs = std::vector<std::uint64_t>;

  static bool is_less(const Limbs& a, const Limbs& b);
  static void add(Limbs& sum, const Limbs& part);
  static void subtract(Limbs& rest, const Limbs& part);  // `part` is not the larger one.
  void add_signed(const Limbs& part, bool is_part_negative);
  void trim();

  Limbs limbs_;  // The lowest first; the last one is not zero.
  bool is_negative_ = false;
};

}  // namespace estream::window
