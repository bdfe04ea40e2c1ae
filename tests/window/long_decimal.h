#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace estream::window {

// A decimal number of any length, as one learns it at school: what the exact sums are compared
// with. It shares no code with them.
class LongDecimal {
 public:
  LongDecimal() = default;
  // A JSON number with a small exponent.
  explicit LongDecimal(std::string_view text) {
    is_negative_ = text.starts_with('-');
    if (is_negative_) text.remove_prefix(1);
    std::int64_t behind = 0;
    if (const auto e = text.find_first_of("eE"); e != text.npos) {
      behind = -std::strtoll(std::string(text.substr(e + 1)).c_str(), nullptr, 10);
      text = text.substr(0, e);
    }
    std::string digits(text);
    if (const auto point = digits.find('.'); point != digits.npos) {
      behind += static_cast<std::int64_t>(digits.size() - point - 1);
      digits.erase(point, 1);
    }
    if (behind < 0) digits.append(static_cast<std::size_t>(-behind), '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
      digits_.push_back(static_cast<std::uint8_t>(*digit - '0'));
    }
    scale_ = static_cast<std::size_t>(std::max<std::int64_t>(behind, 0));
    trim();
  }
  // Its exact value: a double has at most 1074 digits behind the point.
  static LongDecimal of(double value) {
    std::string text(1500, '\0');
    const int size = std::snprintf(text.data(), text.size(), "%.1074f", value);
    text.resize(static_cast<std::size_t>(size));
    return LongDecimal(text);
  }

  friend LongDecimal operator-(LongDecimal a) {
    a.is_negative_ = !a.is_negative_;
    a.trim();
    return a;
  }
  friend LongDecimal operator+(LongDecimal a, LongDecimal b) {
    align(a, b);
    if (a.is_negative_ == b.is_negative_) {
      a.add_digits(b);
    } else if (less_digits(a, b)) {
      b.subtract_digits(a);
      std::swap(a, b);
    } else {
      a.subtract_digits(b);
    }
    a.trim();
    return a;
  }
  friend LongDecimal operator-(const LongDecimal& a, const LongDecimal& b) { return a + -b; }
  friend LongDecimal operator*(const LongDecimal& a, const LongDecimal& b) {
    LongDecimal product;
    std::vector<std::uint32_t> sums(a.digits_.size() + b.digits_.size() + 1);
    for (std::size_t i = 0; i < a.digits_.size(); i++) {
      if (a.digits_[i] == 0) continue;
      for (std::size_t j = 0; j < b.digits_.size(); j++) {
        sums[i + j] += static_cast<std::uint32_t>(a.digits_[i] * b.digits_[j]);
      }
    }
    std::uint32_t carry = 0;
    for (const std::uint32_t sum : sums) {
      product.digits_.push_back(static_cast<std::uint8_t>((sum + carry) % 10));
      carry = (sum + carry) / 10;
    }
    product.scale_ = a.scale_ + b.scale_;
    product.is_negative_ = a.is_negative_ != b.is_negative_;
    product.trim();
    return product;
  }
  friend bool operator<(const LongDecimal& a, const LongDecimal& b) { return (a - b).is_negative_; }
  friend bool operator==(const LongDecimal& a, const LongDecimal& b) {
    return (a - b).digits_.empty();
  }

  // The first digits of the quotient, and a 1 behind them if there is a rest: enough to round it.
  LongDecimal divided_by(std::uint64_t divisor) const {
    LongDecimal quotient = *this;
    quotient.digits_.insert(quotient.digits_.begin(), 1200, 0);
    quotient.scale_ += 1200;
    std::uint64_t rest = 0;
    for (std::size_t i = quotient.digits_.size(); i-- > 0;) {
      const std::uint64_t dividend = rest * 10 + quotient.digits_[i];
      quotient.digits_[i] = static_cast<std::uint8_t>(dividend / divisor);
      rest = dividend % divisor;
    }
    quotient.digits_.insert(quotient.digits_.begin(), rest == 0 ? 0 : 1);
    quotient.scale_++;
    quotient.trim();
    return quotient;
  }

  // With exactly so many digits behind the point; they must be enough.
  std::string text(std::size_t digits) const {
    std::string text;
    const std::size_t size = std::max(digits_.size(), scale_ + 1);
    for (std::size_t i = size; i-- > 0;) {
      text.push_back(static_cast<char>('0' + (i < digits_.size() ? digits_[i] : 0)));
      if (i == scale_) text.push_back('.');
    }
    if (scale_ <= digits) {
      text.append(digits - scale_, '0');
    } else {
      text.resize(text.size() - (scale_ - digits));
    }
    if (text.back() == '.') text.pop_back();
    return is_negative_ ? "-" + text : text;
  }
  // The C library reads texts of any length, and rounds them right.
  double to_double() const {
    const double value = std::strtod(text(scale_).c_str(), nullptr);
    constexpr double largest = 1.7976931348623157e308;
    return std::isinf(value) ? std::copysign(largest, value) : value;
  }

 private:
  static void align(LongDecimal& a, LongDecimal& b) {
    LongDecimal& shorter = a.scale_ < b.scale_ ? a : b;
    const std::size_t scale = std::max(a.scale_, b.scale_);
    shorter.digits_.insert(shorter.digits_.begin(), scale - shorter.scale_, 0);
    shorter.scale_ = scale;
    const std::size_t size = std::max(a.digits_.size(), b.digits_.size());
    a.digits_.resize(size);
    b.digits_.resize(size);
  }
  static bool less_digits(const LongDecimal& a, const LongDecimal& b) {
    return std::lexicographical_compare(a.digits_.rbegin(), a.digits_.rend(), b.digits_.rbegin(),
                                        b.digits_.rend());
  }
  void add_digits(const LongDecimal& other) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < digits_.size(); i++) {
      const unsigned sum = digits_[i] + other.digits_[i] + carry;
      digits_[i] = static_cast<std::uint8_t>(sum % 10);
      carry = sum / 10;
    }
    if (carry != 0) digits_.push_back(1);
  }
  void subtract_digits(const LongDecimal& other) {
    int borrow = 0;
    for (std::size_t i = 0; i < digits_.size(); i++) {
      int rest = digits_[i] - other.digits_[i] - borrow;
      borrow = rest < 0 ? 1 : 0;
      rest += borrow * 10;
      digits_[i] = static_cast<std::uint8_t>(rest);
    }
  }
  void trim() {
    while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
    if (digits_.empty()) is_negative_ = false;
  }

  std::vector<std::uint8_t> digits_;  // The last digit first.
  std::size_t scale_ = 0;             // How many of them are behind the point.
  bool is_negative_ = false;
};

}  // namespace estream::window
