#include "window/deviation.h"

#include "window/decimal_text.h"
#include "window/nearest_double.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

Limbs<6> square_of(const Limbs<3>& value) {
  Limbs<6> square{};
  for (std::size_t i = 0; i < 3; i++) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 3; j++) {
      const Uint128 total = Uint128{value[i]} * value[j] + square[i + j] + carry;
      square[i + j] = static_cast<std::uint64_t>(total);
      carry = static_cast<std::uint64_t>(total >> 64);
    }
    square[i + 3] = carry;
  }
  return square;
}

}  // namespace

void Deviation::add(const Quantity& value) {
  count_++;
  sum_.add(value);
  if (value.is_exact()) {
    add_limbs(squares_, square_of(value.scaled().magnitude));
  } else {
    float_squares().add(value.to_double());
  }
}

void Deviation::add_all(const Deviation& other) {
  count_ += other.count_;
  sum_.add_all(other.sum_);
  add_limbs(squares_, other.squares_);
  if (other.float_squares_) float_squares().add_all(*other.float_squares_);
}

FloatSum& Deviation::float_squares() {
  if (!float_squares_) float_squares_ = std::make_unique<FloatSum>(FloatSum::Of::squares);
  return *float_squares_;
}

BigInteger Deviation::spread(const ExactSum::Fraction& sum) const {
  BigInteger squares(squares_, false);
  if (float_squares_) {
    squares <<= static_cast<std::size_t>(-float_squares_->unit_exponent());
    BigInteger float_total = float_squares_->total();
    float_total *= fraction_unit;
    float_total *= fraction_unit;
    squares += float_total;
  }
  squares *= static_cast<std::uint64_t>(count_);
  squares -= sum.numerator * sum.numerator;
  return squares;
}

// The variance is the spread divided by n * (n - 1).
void Deviation::append(std::string& out) const {
  if (count_ < 2) {
    out.append("null");
    return;
  }
  const ExactSum::Fraction sum = sum_.fraction();
  const auto count = static_cast<std::uint64_t>(count_);
  append_double(out, nearest_root({.numerator = spread(sum),
                                   .divisors = {fraction_unit, fraction_unit, count, count - 1},
                                   .exponent = 2 * sum.exponent}));
}

void Deviation::save(std::string& out) const {
  save_number(out, count_);
  sum_.save(out);
  save_limbs(out, squares_);
  if (float_squares_) float_squares_->save(out);
}

bool Deviation::load(VarintCursor& in) {
  count_ = load_count(in);
  if (!sum_.load(in) || !load_limbs(in, squares_)) return false;
  if (!sum_.is_exact() && !float_squares().load(in)) return false;
  // Sums of real values are never below zero here, and stay far from wrapping around.
  return squares_.back() < std::uint64_t{1} << 40 && !spread(sum_.fraction()).is_negative();
}

}  // namespace estream::window
