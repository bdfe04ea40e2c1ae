#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "group/position_file.h"
#include "group/position_state.h"
#include "record/batch_header.h"

namespace estream::group {

// A batch that is decided: it will be in its topic, once, whatever happens.
struct PendingBatch {
  std::uint16_t sink = 0;  // Its index in PositionState::sinks.
  std::int32_t partition = 0;
  std::uint64_t at = 0;  // Where the batch, as BatchBuilder made it, begins in the pending bytes.
  std::size_t size = 0;
  BatchHeader header;
};

// Pending batches as they lie in a position file, one after the other, in the order in which they
// are appended: 2 sink, 4 partition, 4 length of the batch, and the batch.
void add_pending(std::string& pending, std::uint16_t sink, std::int32_t partition, Bytes batch);

// The batches in `pending`. Nothing when the bytes are not exactly such batches of the sinks of
// `state`.
std::optional<std::vector<PendingBatch>> list_pending(const std::string& pending,
                                                      const PositionState& state);
// The same of a position file. Reads only the headers. Error::Code::corrupt in place of nothing.
Result<std::vector<PendingBatch>> list_pending(const PositionFile& file);

// The sequence of the next record of each partition of each sink.
using NextSequences = std::map<std::pair<std::uint16_t, std::int32_t>, std::int64_t>;
NextSequences next_sequences(const PositionState& state);

// Makes the batches, which lie in `pending`, those of the producer, and continues its sequences.
void number_pending(std::string& pending, std::vector<PendingBatch>& batches,
                    std::int64_t producer_id, NextSequences& next);

}  // namespace estream::group
