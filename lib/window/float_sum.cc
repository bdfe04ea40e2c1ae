#include "window/float_sum.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::size_t places_max = 80;  // Of 64 bits: squares of doubles have 4200 bits.

// A double is mantissa * 2^(position - 1074).
struct FloatParts {
  std::uint64_t mantissa;
  std::size_t position;
  bool is_negative;
};

FloatParts parts_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  const std::size_t exponent = bits >> 52 & 0x7FF;
  ASSERT(exponent != 0x7FF);
  if (exponent == 0) return {fraction, 0, bits >> 63 != 0};
  return {fraction | std::uint64_t{1} << 52, exponent - 1, bits >> 63 != 0};
}

}  // namespace

void FloatSum::change(double value, bool is_removed) {
  count_ += is_removed ? -1 : 1;
  FloatParts parts = parts_of(value);
  Uint128 magnitude = parts.mantissa;
  if (of_ == Of::squares) {
    magnitude *= magnitude;
    parts.position *= 2;
    parts.is_negative = false;
  }
  const std::size_t shift = parts.position % 64;
  const Uint128 low = magnitude << shift;
  const auto high = shift == 0 ? 0 : static_cast<Limb>(magnitude >> 64 >> (64 - shift));
  const Limbs<3> limbs = {static_cast<Limb>(low), static_cast<Limb>(low >> 64), high};
  add_limbs_at(parts.position / 64, limbs.data(), limbs.size(), parts.is_negative != is_removed);
}

// Makes room for limbs from `first` to `end`, and for the sign behind them.
void FloatSum::reserve(std::size_t first, std::size_t end) {
  if (limbs_.empty()) first_ = first;
  if (first < first_) {
    limbs_.insert(limbs_.begin(), first_ - first, 0);
    first_ = first;
  }
  if (first_ + limbs_.size() < end + 1) limbs_.resize(end + 1 - first_, sign());
}

// Subtracting is adding the complement.
void FloatSum::add_limbs_at(std::size_t place, const Limb* limbs, std::size_t count,
                            bool is_minus) {
  reserve(place, place + count);
  const Limb flip = is_minus ? ~Limb{0} : 0;
  Limb carry = is_minus ? 1 : 0;
  for (std::size_t i = place - first_; i < limbs_.size(); i++) {
    const std::size_t source = i - (place - first_);
    const Limb part = (source < count ? limbs[source] : 0) ^ flip;
    const Uint128 total = Uint128{limbs_[i]} + part + carry;
    limbs_[i] = static_cast<Limb>(total);
    carry = static_cast<Limb>(total >> 64);
  }
  if (limbs_.back() != 0 && limbs_.back() != ~Limb{0}) limbs_.push_back(sign());
}

void FloatSum::add_all(const FloatSum& other) {
  count_ += other.count_;
  if (other.limbs_.empty()) return;
  const BigInteger part = BigInteger::of_twos_complement(other.limbs_);
  const std::span<const Limb> limbs = part.magnitude();
  add_limbs_at(other.first_, limbs.data(), limbs.size(), part.is_negative());
}

BigInteger FloatSum::total() const {
  BigInteger total = BigInteger::of_twos_complement(limbs_);
  total <<= first_ * 64;
  return total;
}

// Without the zeros at the low end: they are there or not, as the values came.
void FloatSum::save(std::string& out) const {
  const BigInteger total = BigInteger::of_twos_complement(limbs_);
  const std::span<const Limb> limbs = total.magnitude();
  const auto begin = std::ranges::find_if(limbs, [](Limb limb) { return limb != 0; });
  const std::int64_t size = limbs.end() - begin;
  save_number(out, count_);
  save_number(out, total.is_negative() ? -size : size);
  if (size == 0) return;
  save_number(out, static_cast<std::int64_t>(first_) + (begin - limbs.begin()));
  std::for_each(begin, limbs.end(), [&out](Limb limb) { save_word(out, limb); });
}

bool FloatSum::load(VarintCursor& in) {
  count_ = load_count(in, 1);
  const std::int64_t signed_size = in.varlong();
  const bool is_negative = signed_size < 0;
  constexpr auto limit = static_cast<std::int64_t>(places_max);
  if (!in.ok() || signed_size > limit || signed_size < -limit) return false;
  const std::int64_t first = signed_size == 0 ? 0 : in.varlong();
  if (first < 0 || first > limit) return false;
  std::vector<Limb> limbs(static_cast<std::size_t>(is_negative ? -signed_size : signed_size));
  for (Limb& limb : limbs) limb = load_word(in);
  if (!in.ok()) return false;
  first_ = 0;
  limbs_.clear();
  if (!limbs.empty())
    add_limbs_at(static_cast<std::size_t>(first), limbs.data(), limbs.size(), is_negative);
  return true;
}

}  // namespace estream::window
