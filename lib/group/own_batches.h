#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "group/pending_batches.h"
#include "group/position_state.h"
#include "group/settle_options.h"
#include "io/directory.h"

namespace estream::group {

// What a partition of a sink has of the batches of one position file.
struct OwnBatches {
  struct Batch {
    std::int32_t last_sequence = 0;  // Of its last record.
    Offset end;                      // The offset after it.
  };

  std::vector<Batch> found = {};  // All that lie above `looked`, as far as they were still there.
  Offset log_start = {};          // When all of them were looked for.
  Offset log_end = {};
  // Whether the batch that the file remembers as the last one is there, and has the number that the
  // file has; true when the file remembers none, or retention has deleted it.
  bool has_last = true;

  // Where a pending batch ends in the log; the end of the last one found if it was merged into
  // another one, or removed.
  Offset end_of(const PendingBatch& batch) const;
};

// Reads all complete batches, published or not. The log must be recovered already: what a dead
// writer did not finish is not seen, and would be there later.
Result<OwnBatches> find_own_batches(const io::Directory& partition, const PositionState& state,
                                    std::uint16_t sink, std::int32_t number);

// How many of the pending batches are in the log: the last one that is found tells, because they
// are appended in order, and compaction may have merged or removed those before it.
// Error::Code::corrupt as in settle().
Result<std::size_t> judge(const OwnBatches& own, const std::vector<PendingBatch>& pending,
                          const PositionState& state, std::uint16_t sink, std::int32_t number,
                          const SettleOptions& options);

}  // namespace estream::group
