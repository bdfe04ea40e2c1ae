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

// Checks a partition once. Changes by other processes meanwhile (a roll, retention, compaction) may
// look like damage. Segments in `proven` are not checked again if they are still the same file.
// Segments without any fault are added to it.
PartitionProof prove_once(const io::Directory& directory, Layout layout,
                          std::optional<Offset> log_start_offset, const VerifyOptions& options,
                          ProvenSegments& proven);

}  // namespace estream::log
