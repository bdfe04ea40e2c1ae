#include "window/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <span>

#include "base/assert.h"
#include "base/endian.h"
#include "window/decimal_text.h"
#include "window/nearest_double.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr Int128 whole_end = Int128{10'000'000'000} * fraction_unit;  // 10^28

// The order of fraction * 10^-18 and a double, both above 0 and below 1.
std::weak_ordering compare_fractions(std::int64_t fraction, double value) {
  if (value < 0x1p-60) return std::weak_ordering::greater;
  int exponent = 0;
  const double mantissa = std::ldexp(std::frexp(value, &exponent), 53);
  const Uint128 product = Uint128{static_cast<std::uint64_t>(mantissa)} * fraction_unit;
  const int shift = 53 - exponent;  // Up to 112.
  const auto whole = static_cast<std::int64_t>(product >> shift);
  if (fraction != whole) return fraction <=> whole;
  const bool is_equal = static_cast<Uint128>(whole) << shift == product;
  return is_equal ? std::weak_ordering::equivalent : std::weak_ordering::less;
}

// What the last of so many digits behind the point counts, times 10^18.
std::uint64_t unit_of(int digits) {
  return powers_of_ten[static_cast<std::size_t>(fraction_digits_max - digits)];
}

int sign_of(double value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }
int sign_of(std::int64_t value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }

}  // namespace

double Quantity::rounded() const { return std::bit_cast<double>(low_); }

Quantity Quantity::of_double(double value) {
  Quantity quantity;
  if (value == 0) return quantity;
  quantity.low_ = std::bit_cast<std::uint64_t>(value);
  quantity.is_exact_ = false;
  return quantity;
}

Quantity Quantity::of_parts(bool is_negative, Uint128 whole, std::uint64_t fraction, int digits) {
  if (is_negative) whole = 0 - whole;
  Quantity quantity;
  quantity.low_ = static_cast<std::uint64_t>(whole);
  quantity.high_ = static_cast<std::int64_t>(whole >> 64);
  quantity.fraction_ = static_cast<std::int64_t>(is_negative ? 0 - fraction : fraction);
  quantity.digits_ = static_cast<std::uint8_t>(digits);
  return quantity;
}

Quantity Quantity::of_calculation(double value) {
  ASSERT(std::isfinite(value));
  // Nearly all results have few digits behind the point. A multiple of 10^-n of at most 15 digits
  // is the right answer when the double is nearer to it than half a unit of its 15th digit, also
  // with the rounding error of the product.
  const double magnitude = std::fabs(value);
  for (int digits = 0; digits <= 6 && magnitude < 1e15; digits++) {
    const auto unit = powers_of_ten[static_cast<std::size_t>(digits)];
    const double scaled = magnitude * static_cast<double>(unit);
    const double nearest = std::nearbyint(scaled);
    if (nearest >= 1e15) break;
    if (std::fabs(scaled - nearest) > 3.5e-16 * scaled) continue;
    const auto integer = static_cast<std::uint64_t>(nearest);
    const std::uint64_t fraction = integer % unit * unit_of(digits);
    // With one digit less it may have been too far away, and rounded to the same number.
    while (digits > 0 && fraction % unit_of(digits - 1) == 0) digits--;
    return of_parts(value < 0, integer / unit, fraction, digits);
  }
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text), "{:.14e}", value);
  // 3.00000000000000e-01 has one digit, not fifteen.
  const std::string_view full(text.data(), text.size());
  const std::size_t exponent = full.find('e');
  const std::size_t last = full.find_last_not_of('0', exponent - 1);
  std::string shortened(full.substr(0, full[last] == '.' ? last : last + 1));
  return parse(shortened.append(full.substr(exponent)));
}

std::optional<std::int64_t> Quantity::shifted(int digits) const {
  const auto low = static_cast<std::int64_t>(low_);
  if (!is_exact_ || digits_ > digits || high_ != low >> 63) return {};
  const std::uint64_t unit = powers_of_ten[static_cast<std::size_t>(digits)];
  std::int64_t shifted = fraction_ / static_cast<std::int64_t>(unit_of(digits));
  std::int64_t whole = 0;
  if (__builtin_mul_overflow(low, unit, &whole)) return {};
  if (__builtin_add_overflow(whole, shifted, &shifted)) return {};
  return shifted;
}

Quantity Quantity::of_shifted(std::int64_t value, int digits) {
  const std::uint64_t unit = powers_of_ten[static_cast<std::size_t>(digits)];
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
  return of_parts(value < 0, magnitude / unit, magnitude % unit * unit_of(digits), digits);
}

double Quantity::to_double() const {
  if (!is_exact_) return rounded();
  // The quotient of two doubles is the nearest one if both are exact.
  constexpr std::int64_t exact_max = std::int64_t{1} << 53;
  const std::optional<std::int64_t> integer = shifted(digits_);
  if (integer && *integer <= exact_max && *integer >= -exact_max) {
    return static_cast<double>(*integer) / static_cast<double>(powers_of_ten[digits_]);
  }
  const Scaled exact = scaled();
  BigInteger numerator(exact.magnitude, exact.is_negative);
  return nearest_double({.numerator = std::move(numerator), .divisors = {fraction_unit}});
}

std::weak_ordering Quantity::compare_with_double(double value) const {
  if (std::fabs(value) > 0x1p100) return 0 <=> sign_of(value);
  const double value_whole = std::trunc(value);
  const auto value_integer = static_cast<Int128>(value_whole);
  if (whole() != value_integer)
    return whole() < value_integer ? std::weak_ordering::less : std::weak_ordering::greater;
  // Both are on the same side of their common whole part, unless that is zero.
  const double rest = value - value_whole;
  const int sign = sign_of(fraction_);
  if (sign != sign_of(rest) || sign == 0) return sign <=> sign_of(rest);
  const auto order = compare_fractions(std::abs(fraction_), std::fabs(rest));
  return sign > 0 ? order : 0 <=> order;
}

std::weak_ordering operator<=>(const Quantity& a, const Quantity& b) {
  if (a.is_exact_ && b.is_exact_) {
    if (a.high_ != b.high_) return a.high_ <=> b.high_;
    return a.low_ != b.low_ ? a.low_ <=> b.low_ : a.fraction_ <=> b.fraction_;
  }
  if (a.is_exact_) return a.compare_with_double(b.rounded());
  if (b.is_exact_) return 0 <=> b.compare_with_double(a.rounded());
  return a.rounded() < b.rounded()   ? std::weak_ordering::less
         : a.rounded() > b.rounded() ? std::weak_ordering::greater
                                     : std::weak_ordering::equivalent;
}

void Quantity::append(std::string& out, int digits) const {
  if (!is_exact_) return append_double(out, rounded());
  if (is_negative()) out.push_back('-');
  append_integer(out, whole_magnitude());
  append_fraction(out, fraction_magnitude(), std::max<int>(digits, digits_));
}

// A double may be equal to a decimal: 0.5000000000000000000001 is read as 0.5.
Quantity Quantity::as_decimal() const {
  if (is_exact_) return *this;
  const double magnitude = std::fabs(rounded());
  const double whole_part = std::trunc(magnitude);
  const double rest = (magnitude - whole_part) * 0x1p18;
  if (magnitude >= 1e28 || rest != std::trunc(rest)) return *this;
  const std::uint64_t fraction = static_cast<std::uint64_t>(rest) * (fraction_unit >> 18);
  return of_parts(rounded() < 0, static_cast<Uint128>(whole_part), fraction, 0);
}

std::array<char, 25> Quantity::identity() const {
  const Quantity decimal = as_decimal();
  std::array<char, 25> bytes{decimal.is_exact_ ? 'd' : 'r'};
  const MutableBytes parts = std::as_writable_bytes(std::span(bytes)).subspan(1);
  store_be(parts, 0, decimal.low_);
  store_be(parts, 8, decimal.high_);
  store_be(parts, 16, decimal.fraction_);
  return bytes;
}

void Quantity::save(std::string& out) const {
  save_number(out, is_exact_ ? digits_ : -1);
  save_word(out, low_);
  if (!is_exact_) return;
  save_number(out, high_);
  save_number(out, fraction_);
}

std::optional<Quantity> Quantity::load(VarintCursor& in) {
  const std::int64_t digits = in.varlong();
  Quantity quantity;
  quantity.low_ = load_word(in);
  if (digits == -1) {
    const double value = quantity.rounded();
    if (!in.ok() || !std::isfinite(value) || value == 0) return {};
    return of_double(value);
  }
  quantity.high_ = in.varlong();
  quantity.fraction_ = in.varlong();
  if (!in.ok() || digits < 0 || digits > fraction_digits_max) return {};
  quantity.digits_ = static_cast<std::uint8_t>(digits);
  return quantity.is_sound() ? std::optional(quantity) : std::nullopt;
}

// What parse() promises about a decimal.
bool Quantity::is_sound() const {
  constexpr auto unit = static_cast<std::int64_t>(fraction_unit);
  const bool is_in_range =
      whole() > -whole_end && whole() < whole_end && fraction_ > -unit && fraction_ < unit;
  if (!is_in_range) return false;
  const bool has_both_signs = (whole() < 0 && fraction_ > 0) || (whole() > 0 && fraction_ < 0);
  return !has_both_signs && fraction_magnitude() % unit_of(digits_) == 0;
}

}  // namespace estream::window
