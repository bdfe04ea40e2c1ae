#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "window/aggregation.h"
#include "window/past_states.h"

namespace estream::window {

// States of an aggregation, one after the other. It owns them. New ones are as begun.
class StateList {
 public:
  explicit StateList(const Aggregation& aggregation);
  ~StateList() { pop_front(size_); }
  StateList(StateList&& other) noexcept;
  StateList& operator=(StateList&&) = delete;

  std::size_t size() const { return size_; }
  std::byte* operator[](std::size_t i) { return bytes_.data() + (head_ + i) * stride_; }
  const std::byte* operator[](std::size_t i) const { return bytes_.data() + (head_ + i) * stride_; }

  std::byte* insert(std::size_t i);
  void pop_front(std::size_t count);
  void truncate(std::size_t size);

 private:
  const Aggregation* aggregation_;
  std::size_t stride_;
  std::vector<std::byte> bytes_;
  std::size_t head_ = 0;  // So many in front are gone.
  std::size_t size_ = 0;
};

// The states of single events, and of groups of 4, 16, 64 ... events, so that the first so many are
// a few steps for each power of 4.
class SlidingStates final : public PastStates {
 public:
  explicit SlidingStates(const Aggregation& aggregation);

  std::size_t size() const override { return levels_.front().states.size(); }
  bool insert(std::size_t i, const Row& row) override;
  void pop_front(std::size_t count) override;
  const std::byte* front(std::size_t count, OwnedState& room) const override;
  void save(std::string& out) const override;
  bool load(std::string_view& in, std::size_t count) override;

 private:
  // Groups of 4^level events. Events have numbers, which stay with them; group g has those from
  // g * 4^level on.
  struct Level {
    explicit Level(const Aggregation& aggregation) : states(aggregation) {}

    std::uint64_t first = 0;  // The number of the first group.
    StateList states;
  };

  std::byte* open_at(std::size_t i);
  void build_groups(std::size_t i);
  void build_groups_behind(std::uint64_t number);

  const Aggregation& aggregation_;
  std::vector<Level> levels_;
};

}  // namespace estream::window
