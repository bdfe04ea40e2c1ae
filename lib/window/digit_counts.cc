#include "window/digit_counts.h"

#include <algorithm>
#include <limits>

#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::uint32_t digit_count_max = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void DigitCounts::change(int digits, int by) {
  if (digits == 0) return;
  std::uint32_t& count = counts_[static_cast<std::size_t>(digits - 1)];
  if (count != digit_count_max) count += static_cast<std::uint32_t>(by);
}

void DigitCounts::add_all(const DigitCounts& other) {
  for (std::size_t i = 0; i < counts_.size(); i++) {
    const std::uint64_t sum = std::uint64_t{counts_[i]} + other.counts_[i];
    counts_[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, digit_count_max));
  }
}

int DigitCounts::most() const {
  int digits = fraction_digits_max;
  while (digits > 0 && counts_[static_cast<std::size_t>(digits - 1)] == 0) digits--;
  return digits;
}

void DigitCounts::save(std::string& out) const {
  for (const std::uint32_t count : counts_) save_number(out, count);
}

bool DigitCounts::load(VarintCursor& in) {
  for (std::uint32_t& count : counts_) {
    const std::int64_t saved = load_count(in);
    if (saved > digit_count_max) return false;
    count = static_cast<std::uint32_t>(saved);
  }
  return in.ok();
}

}  // namespace estream::window
