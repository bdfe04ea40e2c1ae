#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"
#include "log/commit_slot.h"
#include "log/leader_epochs.h"

namespace estream::log {

// A run of whole batches. Each batch is valid, begins at the offset after the batch before it, and
// has the epoch of its offset.
struct Chain {
  LogPosition end;
  std::optional<Error> broken_by = {};  // The damage behind `end`; nothing if `end` is the limit.
  bool is_incomplete = false;  // The only damage is a batch that begins there and is not whole.
};

// Follows the chain from `start` to `limit` at most. Fails only when the file cannot be read.
Result<Chain> follow_chain(const io::File& log, LogPosition start, std::uint64_t limit,
                           const LeaderEpochs& epochs);

// Whether all these whole batches are like those that estream writes: they belong to no
// transaction, and their base timestamp is the smallest one. This unpacks the batches; false when a
// batch cannot be unpacked.
Result<bool> are_ours(const io::File& log, std::uint64_t from, std::uint64_t to);

// The error for a segment whose next segment does not begin where its chain ends.
Error not_joined(const io::File& log, const Chain& chain, Offset next);
// The error for a file that is shorter than its synced length.
Error too_short(const io::File& log, std::uint64_t size, std::uint64_t synced_bytes);

// Where the whole batches of a log end. If there is damage, the log may go on behind it.
struct WholeBatches {
  LogPosition end;
  std::optional<Error> damage;
};

// The whole batches from `start` to `limit`, for a directory that a broker left. Only the lengths
// are checked. An incomplete batch or zeros at the very end count as not written yet. Batches of
// the old formats count.
Result<WholeBatches> find_whole_batches(const io::File& log, LogPosition start,
                                        std::uint64_t limit);

}  // namespace estream::log
