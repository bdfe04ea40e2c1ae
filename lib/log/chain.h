#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"
#include "log/commit_slot.h"
#include "log/leader_epochs.h"

namespace estream::log {

// How far a run of whole batches goes in which each is valid, begins at the offset after the one
// before, and carries the epoch of its offset.
struct Chain {
  LogPosition end;
  std::optional<Error> broken_by =
      {};                      // What is wrong behind `end`: corrupt. Nothing at the limit.
  bool is_incomplete = false;  // It is only that a batch begins there and is not whole.
};

// Follows the chain from `start` to `limit` at most. Errors are those of reading.
Result<Chain> follow_chain(const io::File& log, LogPosition start, std::uint64_t limit,
                           const LeaderEpochs& epochs);

// Whether each of these whole batches is as a writer of ours makes them: of no transaction, and
// with its smallest timestamp as base, which only unpacking it tells. Not so where one cannot be
// unpacked.
Result<bool> are_ours(const io::File& log, std::uint64_t from, std::uint64_t to);

// The segment has a successor that does not begin where its chain ends.
Error not_joined(const io::File& log, const Chain& chain, Offset next);
// The file is shorter than what was synced of it.
Error too_short(const io::File& log, std::uint64_t size, std::uint64_t synced_bytes);

// Where the whole batches of a log end, and what it is that hides where the log does.
struct WholeBatches {
  LogPosition end;
  std::optional<Error> damage;
};

// The whole batches from `start` to `limit`, by lengths alone, as in a directory that a broker
// left: an incomplete batch or zeros at the very end are "not there yet". Batches of the old
// formats count.
Result<WholeBatches> find_whole_batches(const io::File& log, LogPosition start,
                                        std::uint64_t limit);

}  // namespace estream::log
