#include "tool/replay/pacer.h"

#include <algorithm>

namespace estream::tool {

namespace {

// Far enough in the future for everybody, and far from where sums overflow.
constexpr double longest_ns = 1e18;

std::int64_t bounded(double ns) { return static_cast<std::int64_t>(std::min(ns, longest_ns)); }

}  // namespace

std::int64_t Pacer::due_ns(Timestamp time, std::size_t value_bytes) {
  switch (options_.kind) {
    case PaceOptions::Kind::original:
      due_ns_ = std::min(due_ns_ + gap_ns(time), bounded(longest_ns));
      newest_ = std::max(newest_.value_or(time), time);
      return due_ns_;
    case PaceOptions::Kind::rate:
      due_ns_ = share_ns();
      amount_ += options_.rate.kind == text::Rate::Kind::records
                     ? 1
                     : static_cast<std::int64_t>(value_bytes);
      return due_ns_;
    case PaceOptions::Kind::steps:
    case PaceOptions::Kind::unlimited:
      return 0;
  }
  return 0;
}

std::int64_t Pacer::gap_ns(Timestamp time) const {
  if (!newest_ || time <= *newest_) return 0;
  const double gap_ms = static_cast<double>(time.ms) - static_cast<double>(newest_->ms);
  const std::int64_t gap = bounded(gap_ms * 1e6 / options_.speed);
  return options_.max_gap_ns ? std::min(gap, *options_.max_gap_ns) : gap;
}

// The time that the amount takes that went before.
std::int64_t Pacer::share_ns() const {
  const double periods = static_cast<double>(amount_) / static_cast<double>(options_.rate.amount);
  return bounded(periods * static_cast<double>(options_.rate.per.count()));
}

}  // namespace estream::tool
