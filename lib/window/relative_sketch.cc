#include "window/relative_sketch.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/assert.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr int dropped_bits = 46;             // Of the 52 of a double's fraction.
constexpr std::size_t buckets = 0x7FF << 6;  // Up to infinity.

std::size_t bucket_of(double magnitude) {
  return std::bit_cast<std::uint64_t>(magnitude) >> dropped_bits;
}

double start_of(std::size_t bucket) {
  return std::bit_cast<double>(std::uint64_t{bucket} << dropped_bits);
}

// The number whose relative distance to both ends of the bucket is the same, at most 1 / 129. It is
// rounded to four digits, which adds 1 / 2000, because more of them would say nothing.
double middle_of(std::size_t bucket) {
  const double start = start_of(bucket);
  const double width = start_of(bucket + 1) - start;
  if (!std::isfinite(width)) return start;
  const double middle = start + width * (start / (start + start + width));
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text), "{:.3e}", middle);
  double rounded = middle;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

}  // namespace

void RelativeSketch::Row::add(std::size_t bucket, std::int64_t count) {
  if (counts.empty()) first = bucket;
  if (bucket < first) {
    // A quarter more, so that falling values do not move all the others each time.
    const std::size_t added = std::min(first, first - bucket + counts.size() / 4);
    counts.insert(counts.begin(), added, 0);
    first -= added;
  }
  if (bucket - first >= counts.size()) counts.resize(bucket - first + 1);
  counts[bucket - first] += count;
}

void RelativeSketch::add(double value) {
  if (count_ == 0) least_ = greatest_ = value;
  least_ = std::min(least_, value);
  greatest_ = std::max(greatest_, value);
  count_++;
  if (value == 0) {
    zeros_++;
  } else if (value > 0) {
    positive_.add(bucket_of(value), 1);
  } else {
    negative_.add(bucket_of(-value), 1);
  }
}

void RelativeSketch::add_all(const RelativeSketch& other) {
  if (other.count_ == 0) return;
  least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
  greatest_ = count_ == 0 ? other.greatest_ : std::max(greatest_, other.greatest_);
  count_ += other.count_;
  zeros_ += other.zeros_;
  for (const auto& [from, to] :
       {std::pair(&other.positive_, &positive_), std::pair(&other.negative_, &negative_)}) {
    for (std::size_t i = 0; i < from->counts.size(); i++) {
      if (from->counts[i] != 0) to->add(from->first + i, from->counts[i]);
    }
  }
}

double RelativeSketch::at(std::int64_t rank) const {
  ASSERT(rank >= 1 && rank <= count_);
  return std::clamp(estimate(rank), least_, greatest_);
}

double RelativeSketch::estimate(std::int64_t rank) const {
  for (std::size_t i = negative_.counts.size(); i-- > 0;) {
    rank -= negative_.counts[i];
    if (rank <= 0) return -middle_of(negative_.first + i);
  }
  rank -= zeros_;
  if (rank <= 0) return 0;
  for (std::size_t i = 0; i < positive_.counts.size(); i++) {
    rank -= positive_.counts[i];
    if (rank <= 0) return middle_of(positive_.first + i);
  }
  return greatest_;
}

// Each bucket that is not empty: how far it is from the last one, and its count.
void RelativeSketch::Row::save(std::string& out) const {
  save_number(out, std::ssize(counts) - std::ranges::count(counts, 0));
  std::size_t last = 0;
  for (std::size_t i = 0; i < counts.size(); i++) {
    if (counts[i] == 0) continue;
    save_number(out, static_cast<std::int64_t>(first + i - last));
    save_number(out, counts[i]);
    last = first + i;
  }
}

bool RelativeSketch::Row::load(VarintCursor& in, std::int64_t& total) {
  counts.clear();
  std::size_t bucket = 0;
  for (std::int64_t left = load_count(in); left > 0 && in.ok(); left--) {
    const std::int64_t step = load_count(in);
    const std::int64_t count = load_count(in, 1);
    bucket += static_cast<std::size_t>(step);
    if (!in.ok() || bucket >= buckets) return false;
    add(bucket, count);
    total += count;
  }
  return in.ok() && total <= count_max;
}

void RelativeSketch::save(std::string& out) const {
  save_number(out, zeros_);
  save_word(out, std::bit_cast<std::uint64_t>(least_));
  save_word(out, std::bit_cast<std::uint64_t>(greatest_));
  negative_.save(out);
  positive_.save(out);
}

bool RelativeSketch::load(VarintCursor& in) {
  zeros_ = load_count(in);
  least_ = std::bit_cast<double>(load_word(in));
  greatest_ = std::bit_cast<double>(load_word(in));
  count_ = zeros_;
  if (!negative_.load(in, count_) || !positive_.load(in, count_)) return false;
  return std::isfinite(least_) && std::isfinite(greatest_) && least_ <= greatest_;
}

}  // namespace estream::window
