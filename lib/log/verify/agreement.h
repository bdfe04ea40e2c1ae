#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/directory.h"
#include "log/leader_epochs.h"
#include "log/partition_reader.h"
#include "log/verify/commit.h"
#include "log/verify/findings.h"
#include "log/verify/segment_check.h"

namespace estream::log {

// The results of the checks of each file of a partition by itself.
struct PartitionParts {
  const io::Directory& directory;
  Layout layout;
  Offset log_start_offset;
  const CommitProof& commit;
  const std::optional<LeaderEpochs>& epochs;    // Nothing when the table is missing or damaged.
  const std::vector<SegmentTask>& tasks;        // In the order of their offsets ...
  const std::vector<SegmentOutcome>& outcomes;  // ... and the outcome of each.
};

// Whether the slot itself shows that the next writer will begin with a recovery.
bool is_unrecovered(const io::Directory& directory, const CommitState& state);

// Whether nobody wrote the slot since it was read.
bool is_current(const io::Directory& directory, const CommitState& state);

// Compares the parts with one another: segments tile the offsets, and the lengths, offsets and
// epochs of the commit slot are those of the segments.
void prove_agreement(const PartitionParts& parts, Findings& findings);

}  // namespace estream::log
