#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace estream::window {

// Integers of 128 bits, which the C++ standard does not have.
__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

// The unit of fractions: 18 digits are what an int64 holds.
inline constexpr std::uint64_t fraction_unit = 1'000'000'000'000'000'000;
inline constexpr int fraction_digits_max = 18;

constexpr std::array<std::uint64_t, 20> make_powers_of_ten() {
  std::array<std::uint64_t, 20> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); i++) powers[i] = powers[i - 1] * 10;
  return powers;
}
inline constexpr std::array<std::uint64_t, 20> powers_of_ten = make_powers_of_ten();

// An integer of N parts of 64 bits, the lowest first; negative ones are two's complements.
template <std::size_t N>
using Limbs = std::array<std::uint64_t, N>;

// `sum` plus or minus a part without a sign. Like unsigned integers, it wraps around.
template <std::size_t N, std::size_t M>
void add_limbs(Limbs<N>& sum, const Limbs<M>& part) {
  static_assert(M <= N);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < N; i++) {
    const Uint128 total = Uint128{sum[i]} + (i < M ? part[i] : 0) + carry;
    sum[i] = static_cast<std::uint64_t>(total);
    carry = static_cast<std::uint64_t>(total >> 64);
  }
}

template <std::size_t N, std::size_t M>
void subtract_limbs(Limbs<N>& sum, const Limbs<M>& part) {
  static_assert(M <= N);
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < N; i++) {
    const Uint128 rest = Uint128{sum[i]} - (i < M ? part[i] : 0) - borrow;
    sum[i] = static_cast<std::uint64_t>(rest);
    borrow = static_cast<std::uint64_t>(rest >> 64) & 1;
  }
}

}  // namespace estream::window
