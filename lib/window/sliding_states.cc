#include "window/sliding_states.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace estream::window {

namespace {

constexpr unsigned bits_a_level = 2;
constexpr std::uint64_t fan = 1 << bits_a_level;

}  // namespace

StateList::StateList(const Aggregation& aggregation) : aggregation_(&aggregation) {
  constexpr std::size_t alignment = 8;
  stride_ = (aggregation.state_bytes() + alignment - 1) / alignment * alignment;
}

StateList::StateList(StateList&& other) noexcept
    : aggregation_(other.aggregation_),
      stride_(other.stride_),
      bytes_(std::move(other.bytes_)),
      head_(std::exchange(other.head_, 0)),
      size_(std::exchange(other.size_, 0)) {}

std::byte* StateList::insert(std::size_t i) {
  const auto at = static_cast<std::ptrdiff_t>((head_ + i) * stride_);
  bytes_.insert(bytes_.begin() + at, stride_, std::byte{0});
  size_++;
  aggregation_->begin((*this)[i]);
  return (*this)[i];
}

void StateList::pop_front(std::size_t count) {
  for (std::size_t i = 0; i < count; i++) aggregation_->end((*this)[i]);
  head_ += count;
  size_ -= count;
  if (head_ < size_) return;  // Each state is moved at most once for each that was taken.
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(head_ * stride_));
  head_ = 0;
}

void StateList::truncate(std::size_t size) {
  for (; size_ > size; size_--) aggregation_->end((*this)[size_ - 1]);
  bytes_.resize((head_ + size_) * stride_);
}

SlidingStates::SlidingStates(const Aggregation& aggregation) : aggregation_(aggregation) {
  levels_.emplace_back(aggregation);
}

bool SlidingStates::insert(std::size_t i, const Row& row) {
  const bool is_whole = aggregation_.add(open_at(i), row);
  build_groups(i);
  return is_whole;
}

std::byte* SlidingStates::open_at(std::size_t i) {
  const std::uint64_t number = levels_[0].first + i;
  // Groups that have the place in them, or are behind it, are not what they were.
  for (unsigned level = 1; level < levels_.size(); level++) {
    const std::uint64_t whole = number >> bits_a_level * level;
    const std::uint64_t kept = whole - std::min(whole, levels_[level].first);
    if (kept < levels_[level].states.size()) levels_[level].states.truncate(kept);
  }
  return levels_[0].states.insert(i);
}

void SlidingStates::build_groups(std::size_t i) {
  for (; i < size(); i++) build_groups_behind(levels_[0].first + i + 1);
}

// All events before `number` are there; groups that end there are complete now.
void SlidingStates::build_groups_behind(std::uint64_t number) {
  for (unsigned level = 1; number % fan == 0; level++) {
    number /= fan;
    const Level& below = levels_[level - 1];
    const std::uint64_t first_below = (number - 1) * fan;
    if (first_below < below.first) return;  // Its beginning is gone.
    if (level == levels_.size()) levels_.emplace_back(aggregation_);
    Level& groups = levels_[level];
    if (groups.states.size() == 0) groups.first = number - 1;
    std::byte* state = groups.states.insert(groups.states.size());
    const StateList& parts = levels_[level - 1].states;
    for (std::size_t part = 0; part < fan; part++) {
      aggregation_.merge(state, parts[first_below - levels_[level - 1].first + part]);
    }
  }
}

void SlidingStates::pop_front(std::size_t count) {
  const std::uint64_t first = levels_[0].first + count;
  for (unsigned level = 0; level < levels_.size(); level++) {
    // The first group that is whole.
    const unsigned shift = bits_a_level * level;
    const std::uint64_t group = (first + (std::uint64_t{1} << shift) - 1) >> shift;
    Level& groups = levels_[level];
    if (group <= groups.first) continue;
    groups.states.pop_front(std::min<std::uint64_t>(group - groups.first, groups.states.size()));
    groups.first = group;
  }
}

const std::byte* SlidingStates::front(std::size_t count, OwnedState& room) const {
  room.reset();
  std::uint64_t at = levels_[0].first;
  const std::uint64_t end = at + count;
  while (at < end) {
    unsigned level = 0;
    while (level + 1 < levels_.size()) {
      const unsigned shift = bits_a_level * (level + 1);
      const std::uint64_t size = std::uint64_t{1} << shift;
      if (at % size != 0 || at + size > end) break;
      level++;
    }
    const Level& groups = levels_[level];
    const unsigned shift = bits_a_level * level;
    aggregation_.merge(room.get(), groups.states[(at >> shift) - groups.first]);
    at += std::uint64_t{1} << shift;
  }
  return room.get();
}

void SlidingStates::save(std::string& out) const {
  for (std::size_t i = 0; i < size(); i++) aggregation_.save(out, levels_[0].states[i]);
}

bool SlidingStates::load(std::string_view& in, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) {
    if (!aggregation_.load(open_at(i), in)) return false;
    build_groups(i);
  }
  return true;
}

}  // namespace estream::window
