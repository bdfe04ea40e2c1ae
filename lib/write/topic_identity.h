#pragma once

#include "base/result.h"
#include "topic/topic.h"

namespace estream::write {

// To be called before a write to a topic. A topic that an earlier version made without an id gets
// one, and a note says so. It stays without one if its settings may not be changed.
Result<void> give_topic_id(const topic::Topic& topic);

}  // namespace estream::write
