#include "window/hyper_log_log.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace estream::window {

namespace {

// The two series of Ertl's estimator, for the registers that are empty and for those that are full.
double empty_term(double share) {
  if (share == 1) return HUGE_VAL;
  double factor = 1;
  double sum = share;
  for (double before = -1; sum != before;) {
    share *= share;
    before = sum;
    sum += share * factor;
    factor += factor;
  }
  return sum;
}

double full_term(double share) {
  if (share == 0 || share == 1) return 0;
  double factor = 1;
  double sum = 1 - share;
  for (double before = -1; sum != before;) {
    share = std::sqrt(share);
    before = sum;
    factor /= 2;
    sum -= (1 - share) * (1 - share) * factor;
  }
  return sum / 3;
}

}  // namespace

HyperLogLog::HyperLogLog() : registers_(register_count) { counts_[0] = register_count; }

void HyperLogLog::raise(std::uint8_t& rank, std::uint8_t to) {
  if (to <= rank) return;
  counts_[rank]--;
  counts_[to]++;
  rank = to;
}

void HyperLogLog::add(const Hash128& hash) {
  // The bit behind the last one ends the row of zeros.
  const std::uint64_t rest = hash.low << register_bits | std::uint64_t{1} << (register_bits - 1);
  raise(registers_[hash.low >> (64 - register_bits)],
        static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
}

void HyperLogLog::add_all(const HyperLogLog& other) {
  for (std::size_t i = 0; i < register_count; i++) raise(registers_[i], other.registers_[i]);
}

std::int64_t HyperLogLog::estimate() const {
  constexpr double all = register_count;
  double sum = all * full_term(1 - counts_[rank_max] / all);
  for (std::size_t rank = rank_max - 1; rank > 0; rank--) sum = (sum + counts_[rank]) / 2;
  sum += all * empty_term(counts_[0] / all);
  // Only of damaged bytes are all registers full, and the estimate is infinite.
  return std::llround(std::min(all * all / (2 * std::numbers::ln2 * sum), 0x1p62));
}

void HyperLogLog::save(std::string& out) const { out.append(registers_.begin(), registers_.end()); }

bool HyperLogLog::load(VarintCursor& in) {
  const std::string_view bytes = in.bytes(register_count);
  if (!in.ok()) return false;
  for (std::size_t i = 0; i < register_count; i++) {
    const auto rank = static_cast<std::uint8_t>(bytes[i]);
    if (rank > rank_max) return false;
    raise(registers_[i], rank);
  }
  return true;
}

}  // namespace estream::window
