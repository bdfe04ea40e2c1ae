#pragma once

#include "base/result.h"
#include "topic/topic.h"

namespace estream::write {

// To be called before somebody changes a topic who does not append to it: stores what dead runs of
// `--atomic` had decided, as the first PartitionWriters::writer() does.
Result<void> settle_left_inputs(const topic::Topic& topic);

}  // namespace estream::write
