#include "window/exact_sum.h"

#include "window/decimal_text.h"
#include "window/nearest_double.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

bool is_negative(const Limbs<4>& limbs) { return limbs.back() >> 63 != 0; }

// Whether a double holds the integer exactly.
bool fits_double(Int128 value) {
  constexpr Int128 end = Int128{1} << 53;
  return value >= -end && value <= end;
}

}  // namespace

void ExactSum::add(const Quantity& part) {
  if (!part.is_exact()) return floats().add(part.to_double());
  const Quantity::Scaled scaled = part.scaled();
  if (scaled.is_negative) {
    subtract_limbs(decimals_, scaled.magnitude);
  } else {
    add_limbs(decimals_, scaled.magnitude);
  }
}

void ExactSum::remove(const Quantity& part) {
  if (!part.is_exact()) {
    floats().remove(part.to_double());
    if (floats_->count() == 0) floats_.reset();
    return;
  }
  const Quantity::Scaled scaled = part.scaled();
  if (scaled.is_negative) {
    add_limbs(decimals_, scaled.magnitude);
  } else {
    subtract_limbs(decimals_, scaled.magnitude);
  }
}

void ExactSum::add_all(const ExactSum& other) {
  add_limbs(decimals_, other.decimals_);
  if (other.floats_) floats().add_all(*other.floats_);
}

FloatSum& ExactSum::floats() {
  if (!floats_) floats_ = std::make_unique<FloatSum>(FloatSum::Of::values);
  return *floats_;
}

void ExactSum::append(std::string& out, int digits) const {
  if (!is_exact()) return append_double(out, divided_by(1));
  Limbs<4> magnitude{};
  if (is_negative(decimals_)) {
    out.push_back('-');
    subtract_limbs(magnitude, decimals_);
  } else {
    magnitude = decimals_;
  }
  append_scaled(out, magnitude, digits);
}

// Most sums have few digits. The quotient of two doubles is the nearest one if both are exact.
double ExactSum::divided_by(std::uint64_t count) const {
  constexpr std::uint64_t unit = 1'000'000;
  const auto decimals = static_cast<Int128>(Uint128{decimals_[1]} << 64 | decimals_[0]);
  const std::uint64_t sign = decimals < 0 ? ~std::uint64_t{0} : 0;
  const bool is_small = is_exact() && decimals_[2] == sign && decimals_[3] == sign;
  if (is_small && count < (std::uint64_t{1} << 53) / unit) {
    constexpr Int128 dropped = fraction_unit / unit;
    const Int128 scaled = decimals / dropped;
    if (scaled * dropped == decimals && fits_double(scaled)) {
      return static_cast<double>(scaled) / static_cast<double>(count * unit);
    }
  }
  Fraction exact = fraction();
  return nearest_double({.numerator = std::move(exact.numerator),
                         .divisors = {fraction_unit, count},
                         .exponent = exact.exponent});
}

ExactSum::Fraction ExactSum::fraction() const {
  Fraction sum{BigInteger::of_twos_complement(decimals_)};
  if (is_exact()) return sum;
  sum.exponent = floats_->unit_exponent();
  sum.numerator <<= static_cast<std::size_t>(-sum.exponent);
  BigInteger float_total = floats_->total();
  float_total *= fraction_unit;
  sum.numerator += float_total;
  return sum;
}

void ExactSum::save(std::string& out) const {
  out.push_back(is_exact() ? 0 : 1);
  save_limbs(out, decimals_);
  if (floats_) floats_->save(out);
}

bool ExactSum::load(VarintCursor& in) {
  const std::string_view kind = in.bytes(1);
  if (!load_limbs(in, decimals_) || kind[0] < 0 || kind[0] > 1) return false;
  // Far from wrapping around, also when many are added.
  const auto top = static_cast<std::int64_t>(decimals_.back());
  if (top >= std::int64_t{1} << 16 || top < -(std::int64_t{1} << 16)) return false;
  if (kind[0] == 0) return true;
  return floats().load(in);
}

}  // namespace estream::window
