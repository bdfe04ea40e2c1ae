#pragma once

#include <cstdint>

#include "base/result.h"
#include "group/position_state.h"
#include "group/settlement.h"
#include "io/system.h"
#include "topic/topic.h"

namespace estream::group {

// For a new position file: at random, so that nobody else has it.
std::int64_t random_producer_id(io::System& system);

// The topic as a sink into which the position file has put nothing yet. What its partitions have
// now is not looked at later.
Result<Sink> fresh_sink(Sink::Role role, const topic::Topic& topic, const WriterOf& writer_of);

// Whether it is the topic that the sink was made for. It is not after it was removed and made
// again, or exchanged for a branch or for a copy with other partitions.
bool is_topic_of(const Sink& sink, const topic::Topic& topic);

}  // namespace estream::group
