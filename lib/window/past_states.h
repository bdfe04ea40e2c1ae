#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "window/owned_state.h"
#include "window/row.h"

namespace estream::window {

// Events one after the other, and what the first so many are together: so that a window that moves
// on does not begin anew with each event. They are in the order of their times, which the caller
// knows. See make_past_states.h.
class PastStates {
 public:
  virtual ~PastStates() = default;

  virtual std::size_t size() const = 0;
  // An event before number `i`. Returns whether each aggregate took it.
  virtual bool insert(std::size_t i, const Row& row) = 0;
  virtual void pop_front(std::size_t count) = 0;
  // The state of the first `count` events: in `room`, unless it is there already.
  virtual const std::byte* front(std::size_t count, OwnedState& room) const = 0;

  virtual void save(std::string& out) const = 0;
  // Of so many events, into an empty one. False for damage.
  virtual bool load(std::string_view& in, std::size_t count) = 0;
};

}  // namespace estream::window
