#pragma once

#include "base/result.h"
#include "topic/topic.h"

namespace estream::write {

// For whoever is about to write to a topic: one that was made before topics had ids gets its own,
// which is said. Where its settings may not be changed, it stays without.
Result<void> give_topic_id(const topic::Topic& topic);

}  // namespace estream::write
