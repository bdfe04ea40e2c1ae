#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/types.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/verify/findings.h"
#include "log/verify/options.h"
#include "log/verify/proof.h"
#include "log/verify/segment_check.h"

namespace estream::log {

// A segment in which nothing was wrong.
struct ProvenSegment {
  SegmentTask task;
  SegmentOutcome outcome;
  std::vector<Finding> notes;
};
using ProvenSegments = std::map<Offset, ProvenSegment>;

// One look at a partition. What others do to it meanwhile (a roll, retention, compaction) can look
// like damage. Segments in `proven` that are still the same file are not looked at again; those in
// which nothing is wrong are added to it.
PartitionProof prove_once(const io::Directory& directory, Layout layout,
                          std::optional<Offset> log_start_offset, const VerifyOptions& options,
                          ProvenSegments& proven);

}  // namespace estream::log
