#include "window/deviation.h"

#include "window/decimal_text.h"
#include "window/nearest_double.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

std::uint64_t low_half(Uint128 value) { return static_cast<std::uint64_t>(value); }
std::uint64_t high_half(Uint128 value) { return static_cast<std::uint64_t>(value >> 64); }

// For nearly all values, that are below 3.4 * 10^20.
Limbs<4> square_of_two(std::uint64_t low, std::uint64_t high) {
  const Uint128 lowest = Uint128{low} * low;
  const Uint128 mixed = Uint128{low} * high;
  const Uint128 highest = Uint128{high} * high;
  const Uint128 second = Uint128{low_half(mixed)} * 2 + high_half(lowest);
  const Uint128 third = Uint128{high_half(mixed)} * 2 + low_half(highest) + high_half(second);
  return {low_half(lowest), low_half(second), low_half(third),
          high_half(highest) + high_half(third)};
}

Limbs<6> square_of_three(const Limbs<3>& value) {
  Limbs<6> square{};
  for (std::size_t i = 0; i < 3; i++) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 3; j++) {
      const Uint128 total = Uint128{value[i]} * value[j] + square[i + j] + carry;
      square[i + j] = low_half(total);
      carry = high_half(total);
    }
    square[i + 3] = carry;
  }
  return square;
}

}  // namespace

void Deviation::add(const Quantity& value) {
  count_++;
  sum_.add(value);
  if (!value.is_exact()) return float_squares().add(value.to_double());
  const Limbs<3> magnitude = value.scaled().magnitude;
  if (magnitude[2] == 0) {
    add_limbs(squares_, square_of_two(magnitude[0], magnitude[1]));
  } else {
    add_limbs(squares_, square_of_three(magnitude));
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
