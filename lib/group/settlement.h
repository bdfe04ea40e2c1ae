#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/position_file.h"
#include "group/position_state.h"
#include "group/settle_options.h"
#include "log/partition_writer.h"

namespace estream::group {

// Output that is stored exactly once. A batch of output is written into the position file before it
// is appended to any topic: the sync of that file decides, for position and output together, for
// any number of topics. Who finds it unfinished appends what is missing, and knows what is there by
// the producer id of the position file and the numbers of the records.

// The writer of a sink's partition, newly opened or open for other work already.
using WriterOf = std::function<Result<log::PartitionWriter*>(const Sink&, std::int32_t partition)>;

// To be called by each new owner of the position file, before anything else is written to it. Makes
// what the file says durable, appends the pending batches that are not in their topics yet, and
// syncs them. `state` is that of the file, and gets what changed; the caller notes it. Then nothing
// is pending, and the claim of a file that had pending batches is done: its position is its end.
// Returns the base offset of each pending batch; of one that compaction has merged into another, a
// guess.
//
// Error::Code::corrupt when a sink is not as the file says: it is another topic, it lost its end,
// or retention has deleted the place where the batches would be. Then nothing is changed.
Result<std::vector<Offset>> settle(PositionFile& file, PositionState& state,
                                   const WriterOf& writer_of, const SettleOptions& options);

// Before a batch for the partition of a sink is decided: notes in the state where a next owner has
// to look for it.
Result<void> look_from_synced(PositionState& state, std::uint16_t sink, std::int32_t partition,
                              const WriterOf& writer_of);

// Stores `pending` (see pending_batches.h), and then the claim of `state` is done. `state` is that
// of the file, with the claim. Returns the base offset of each batch, in the order of `pending`.
// After an error from here the file must be given back.
Result<std::vector<Offset>> store_output(PositionFile& file, PositionState& state,
                                         std::string pending, const WriterOf& writer_of,
                                         const SettleOptions& options);

// Moves the position of each source, or of the input, to the end of its claim. What a restart of
// windows needs is that after the claim already.
void finish_claim(PositionState& state);

}  // namespace estream::group
