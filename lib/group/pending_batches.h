#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "group/position_state.h"
#include "record/batch_header.h"

namespace estream::group {

// A batch that is decided: it will be in its topic, once, whatever happens.
struct PendingBatch {
  std::uint16_t sink = 0;  // Its index in PositionState::sinks.
  std::int32_t partition = 0;
  MutableBytes bytes;  // The whole batch, as BatchBuilder made it.
  BatchHeader header;
};

// Pending batches as they lie in a position file, one after the other, in the order in which they
// are appended: 2 sink, 4 partition, 4 length of the batch, and the batch.
void add_pending(std::string& pending, std::uint16_t sink, std::int32_t partition, Bytes batch);

// The batches, as views into `pending`. Nothing when the bytes are not exactly such batches of the
// sinks of `state`.
std::optional<std::vector<PendingBatch>> read_pending(std::string& pending,
                                                      const PositionState& state);

// Makes the batches those of the state's producer: they continue the sequences of its sinks.
void number_pending(std::vector<PendingBatch>& batches, const PositionState& state);

}  // namespace estream::group
