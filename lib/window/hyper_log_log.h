#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/sip_hash.h"
#include "base/varint.h"

namespace estream::window {

// About how many different hashes there are, with a standard error of 0.8 %, in 16 kB: HyperLogLog
// (Flajolet and others, 2007) with the estimator of Ertl (2017), which needs no tables and is right
// for small and large numbers alike. The order of the hashes does not matter.
class HyperLogLog {
 public:
  HyperLogLog();

  void add(const Hash128& hash);
  void add_all(const HyperLogLog& other);
  std::int64_t estimate() const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  static constexpr int register_bits = 14;
  static constexpr std::size_t register_count = std::size_t{1} << register_bits;
  static constexpr std::size_t rank_max = 64 - register_bits + 1;

  void raise(std::uint8_t& rank, std::uint8_t to);

  // For all hashes that begin with the register's number: the most zeros that follow, plus one.
  std::vector<std::uint8_t> registers_;
  // How many registers have each of these ranks.
  std::array<std::int32_t, rank_max + 1> counts_{};
};

}  // namespace estream::window
