#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/varint.h"
#include "window/wide.h"

namespace estream::window {

// A number as exact as its text: a decimal with up to 28 digits before the point and up to 18
// behind it, or else the nearest double. Small and flat, because windows keep many. There is no
// negative zero, no infinity and no NaN: a number beyond the largest double counts as that one.
class Quantity {
 public:
  Quantity() = default;  // Zero.
  explicit Quantity(std::int64_t integer)
      : low_(static_cast<std::uint64_t>(integer)), high_(integer < 0 ? -1 : 0) {}
  explicit Quantity(std::uint64_t integer) : low_(integer) {}

  // A JSON number as it is written: 12.50, -3, 1e-7. It must be one.
  static Quantity parse(std::string_view number);
  // The result of a calculation with doubles, rounded to 15 digits: 0.1 + 0.2 is 0.3. It must be
  // finite.
  static Quantity of_calculation(double value);

  bool is_exact() const { return is_exact_; }
  // Digits behind the point, as they were written: 2 for 12.50. 0 for a double.
  int digits() const { return digits_; }
  // The nearest one.
  double to_double() const;

  // Exact between decimals; a decimal and a double are compared by their exact values, too.
  friend std::weak_ordering operator<=>(const Quantity& a, const Quantity& b);
  friend bool operator==(const Quantity& a, const Quantity& b) { return (a <=> b) == 0; }

  // As JSON, with at least so many digits behind the point if it is exact: 12.5 with 2 is 12.50.
  void append(std::string& out, int digits = 0) const;

  // An exact number times 10^18.
  struct Scaled {
    Limbs<3> magnitude;
    bool is_negative;
  };
  Scaled scaled() const;

  // The number times 10^digits, if it was written with at most so many digits behind the point and
  // 64 bits are enough; and back. At most 18 digits.
  std::optional<std::int64_t> shifted(int digits) const;
  static Quantity of_shifted(std::int64_t value, int digits);

  // Bytes that are the same for equal numbers, and only for these. For hashes.
  std::array<char, 25> identity() const;

  // All of it as bytes, and back; nothing for bytes that save() does not write.
  void save(std::string& out) const;
  static std::optional<Quantity> load(VarintCursor& in);

 private:
  static Quantity parse_slowly(std::string_view number);
  static Quantity of_parts(bool is_negative, Uint128 whole, std::uint64_t fraction, int digits);
  static Quantity of_double(double value);

  Int128 whole() const { return static_cast<Int128>(Uint128{high_bits()} << 64 | low_); }
  bool is_negative() const { return high_ < 0 || fraction_ < 0; }
  Uint128 whole_magnitude() const {
    const auto bits = static_cast<Uint128>(whole());
    return high_ < 0 ? 0 - bits : bits;
  }
  std::uint64_t fraction_magnitude() const {
    const auto bits = static_cast<std::uint64_t>(fraction_);
    return fraction_ < 0 ? 0 - bits : bits;
  }
  std::uint64_t high_bits() const { return static_cast<std::uint64_t>(high_); }
  double rounded() const;
  std::weak_ordering compare_with_double(double value) const;
  Quantity as_decimal() const;
  bool is_sound() const;

  // The whole part, in two so that there are no gaps between the members; and the fraction times
  // 10^18, with the same sign. Of a double: its bits in low_.
  std::uint64_t low_ = 0;
  std::int64_t high_ = 0;
  std::int64_t fraction_ = 0;
  bool is_exact_ = true;
  std::uint8_t digits_ = 0;
};

// Inline, because sums do it for each event.
inline Quantity::Scaled Quantity::scaled() const {
  ASSERT(is_exact_);
  const Uint128 whole = whole_magnitude();
  const Uint128 low =
      Uint128{static_cast<std::uint64_t>(whole)} * fraction_unit + fraction_magnitude();
  const Uint128 high = Uint128{static_cast<std::uint64_t>(whole >> 64)} * fraction_unit +
                       static_cast<std::uint64_t>(low >> 64);
  return {.magnitude = {static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high),
                        static_cast<std::uint64_t>(high >> 64)},
          .is_negative = is_negative()};
}

}  // namespace estream::window
