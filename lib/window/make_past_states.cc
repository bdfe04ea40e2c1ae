#include "window/make_past_states.h"

#include "window/running_state.h"
#include "window/sliding_states.h"

namespace estream::window {

std::unique_ptr<PastStates> make_past_states(const Aggregation& aggregation) {
  if (aggregation.is_reversible()) return std::make_unique<RunningState>(aggregation);
  return std::make_unique<SlidingStates>(aggregation);
}

}  // namespace estream::window
