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

// What was found in the files of a partition, each for itself.
struct PartitionParts {
  const io::Directory& directory;
  Layout layout;
  Offset log_start_offset;
  const CommitProof& commit;
  const std::optional<LeaderEpochs>& epochs;    // Nothing when the table is missing or damaged.
  const std::vector<SegmentTask>& tasks;        // In the order of their offsets ...
  const std::vector<SegmentOutcome>& outcomes;  // ... with what became of them.
};

// Whether the next writer begins with a recovery, for reasons that the slot itself tells.
bool is_unrecovered(const io::Directory& directory, const CommitState& state);

// Whether nobody wrote the slot since it was read.
bool is_current(const io::Directory& directory, const CommitState& state);

// Holds the parts against one another: segments tile the offsets, and the lengths, offsets and
// epochs of the commit slot are those of the segments.
void prove_agreement(const PartitionParts& parts, Findings& findings);

}  // namespace estream::log
