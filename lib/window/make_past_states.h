#pragma once

#include <memory>

#include "window/aggregation.h"
#include "window/past_states.h"

namespace estream::window {

// The better kind for the aggregation, which must outlive it.
std::unique_ptr<PastStates> make_past_states(const Aggregation& aggregation);

}  // namespace estream::window
