#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "window/fifo.h"
#include "window/past_states.h"

namespace estream::window {

// The state of all events, out of which each is taken again: for an aggregation that
// is_reversible(). Of the events, it has the numbers.
class RunningState final : public PastStates {
 public:
  explicit RunningState(const Aggregation& aggregation)
      : aggregation_(aggregation), all_(aggregation) {}

  std::size_t size() const override { return size_; }
  bool insert(std::size_t i, const Row& row) override;
  void pop_front(std::size_t count) override;
  const std::byte* front(std::size_t count, OwnedState& room) const override;
  void save(std::string& out) const override;
  bool load(std::string_view& in, std::size_t count) override;

 private:
  std::size_t width() const { return aggregation_.argument_count(); }
  Row row_at(std::size_t i) const;

  const Aggregation& aggregation_;
  OwnedState all_;
  std::size_t size_ = 0;
  Fifo<Argument> arguments_;  // So many for each event, without their JSON.
};

}  // namespace estream::window
