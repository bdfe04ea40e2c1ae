#include "window/big_integer.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "window/wide.h"

namespace estream::window {

BigInteger::BigInteger(std::uint64_t value) : limbs_{value} { trim(); }

BigInteger::BigInteger(std::span<const std::uint64_t> magnitude, bool is_negative)
    : limbs_(magnitude.begin(), magnitude.end()), is_negative_(is_negative) {
  trim();
}

BigInteger BigInteger::of_twos_complement(std::span<const std::uint64_t> limbs) {
  const bool is_negative = !limbs.empty() && limbs.back() >> 63 != 0;
  if (!is_negative) return {limbs, false};
  Limbs magnitude(limbs.begin(), limbs.end());
  std::uint64_t carry = 1;
  for (std::uint64_t& limb : magnitude) {
    limb = ~limb + carry;
    carry = carry != 0 && limb == 0 ? 1 : 0;
  }
  return {magnitude, true};
}

void BigInteger::trim() {
  while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
  if (limbs_.empty()) is_negative_ = false;
}

std::size_t BigInteger::bits() const {
  if (limbs_.empty()) return 0;
  return limbs_.size() * 64 - static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

bool BigInteger::is_less(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

void BigInteger::add(Limbs& sum, const Limbs& part) {
  sum.resize(std::max(sum.size(), part.size()) + 1);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < sum.size(); i++) {
    const Uint128 total = Uint128{sum[i]} + (i < part.size() ? part[i] : 0) + carry;
    sum[i] = static_cast<std::uint64_t>(total);
    carry = static_cast<std::uint64_t>(total >> 64);
  }
}

void BigInteger::subtract(Limbs& rest, const Limbs& part) {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < rest.size(); i++) {
    const Uint128 less = Uint128{rest[i]} - (i < part.size() ? part[i] : 0) - borrow;
    rest[i] = static_cast<std::uint64_t>(less);
    borrow = static_cast<std::uint64_t>(less >> 64) & 1;
  }
}

void BigInteger::add_signed(const Limbs& part, bool is_part_negative) {
  if (is_negative_ == is_part_negative) {
    add(limbs_, part);
  } else if (!is_less(limbs_, part)) {
    subtract(limbs_, part);
  } else {
    Limbs rest = part;
    subtract(rest, limbs_);
    limbs_ = std::move(rest);
    is_negative_ = is_part_negative;
  }
  trim();
}

BigInteger& BigInteger::operator+=(const BigInteger& other) {
  add_signed(other.limbs_, other.is_negative_);
  return *this;
}

BigInteger& BigInteger::operator-=(const BigInteger& other) {
  add_signed(other.limbs_, !other.is_negative_);
  return *this;
}

BigInteger operator*(const BigInteger& a, const BigInteger& b) {
  BigInteger product;
  product.limbs_.resize(a.limbs_.size() + b.limbs_.size());
  for (std::size_t i = 0; i < a.limbs_.size(); i++) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.limbs_.size(); j++) {
      std::uint64_t& limb = product.limbs_[i + j];
      const Uint128 total = Uint128{a.limbs_[i]} * b.limbs_[j] + limb + carry;
      limb = static_cast<std::uint64_t>(total);
      carry = static_cast<std::uint64_t>(total >> 64);
    }
    product.limbs_[i + b.limbs_.size()] = carry;
  }
  product.is_negative_ = a.is_negative_ != b.is_negative_;
  product.trim();
  return product;
}

BigInteger& BigInteger::operator*=(std::uint64_t factor) {
  return *this = *this * BigInteger(factor);
}

BigInteger& BigInteger::operator<<=(std::size_t bits) {
  if (limbs_.empty()) return *this;
  const std::size_t shift = bits % 64;
  if (shift != 0) {
    limbs_.push_back(0);
    for (std::size_t i = limbs_.size() - 1; i > 0; i--) {
      limbs_[i] = limbs_[i] << shift | limbs_[i - 1] >> (64 - shift);
    }
    limbs_[0] <<= shift;
  }
  limbs_.insert(limbs_.begin(), bits / 64, 0);
  trim();
  return *this;
}

std::uint64_t BigInteger::divide(std::uint64_t divisor) {
  std::uint64_t rest = 0;
  for (auto limb = limbs_.rbegin(); limb != limbs_.rend(); ++limb) {
    const Uint128 dividend = Uint128{rest} << 64 | *limb;
    *limb = static_cast<std::uint64_t>(dividend / divisor);
    rest = static_cast<std::uint64_t>(dividend % divisor);
  }
  trim();
  return rest;
}

std::uint64_t BigInteger::bits_at(std::size_t first, std::size_t count) const {
  const std::size_t limb = first / 64;
  const std::size_t shift = first % 64;
  std::uint64_t bits = limb < limbs_.size() ? limbs_[limb] >> shift : 0;
  if (shift != 0 && limb + 1 < limbs_.size()) bits |= limbs_[limb + 1] << (64 - shift);
  return count < 64 ? bits & ((std::uint64_t{1} << count) - 1) : bits;
}

bool BigInteger::has_bits_below(std::size_t end) const {
  for (std::size_t at = 0; at < end; at += 64) {
    if (bits_at(at, std::min<std::size_t>(end - at, 64)) != 0) return true;
  }
  return false;
}

}  // namespace estream::window
