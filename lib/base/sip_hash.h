#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace estream {

// A hash of 128 bits, by SipHash-2-4 with a secret (Aumasson and Bernstein, 2012). Without the
// secret, nobody can make two texts with the same hash. The probability that two of n texts have
// the same hash by chance is n^2 / 2^129.
struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const Hash128&, const Hash128&) = default;
};

using HashSecret = std::array<std::uint64_t, 2>;

Hash128 sip_hash(std::string_view text, const HashSecret& secret);

}  // namespace estream
