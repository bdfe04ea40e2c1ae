#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace estream::window {

// A number as exact as its text: a decimal with up to 28 digits before the point and up to 18
// behind it, or else the nearest double. Small and flat, because windows keep many.
class Quantity {
 public:
  Quantity() = default;  // Zero.
  explicit Quantity(std::int64_t integer) : whole_(integer) {}
  explicit Quantity(std::uint64_t integer) : whole_(integer) {}

  // A JSON number as it is written: 12.50, -3, 1e-7. It must be one.
  static Quantity parse(std::string_view number);
  // The result of a calculation with doubles, rounded to 15 digits: 0.1 + 0.2 is 0.3. It must be
  // finite.
  static Quantity of_calculation(double value);

  bool is_exact() const { return is_exact_; }
  // Digits behind the point, as they were written: 2 for 12.50. 0 for a double.
  int digits() const { return digits_; }
  double to_double() const;

  // Exact between decimals; a decimal and a double are compared by their exact values, too.
  friend std::weak_ordering operator<=>(const Quantity& a, const Quantity& b);
  friend bool operator==(const Quantity& a, const Quantity& b) { return (a <=> b) == 0; }

  // As JSON, with at least so many digits behind the point if it is exact: 12.5 with 2 is 12.50.
  void append(std::string& out, int digits = 0) const;

 private:
  friend class ExactSum;
  __extension__ using Wide = __int128;

  // whole_ + fraction_ * 10^-18, both of the same sign; or a double.
  Wide whole_ = 0;
  std::int64_t fraction_ = 0;
  double rounded_ = 0;
  bool is_exact_ = true;
  std::uint8_t digits_ = 0;
};

}  // namespace estream::window
