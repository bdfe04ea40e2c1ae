#pragma once

#include <span>

#include "base/result.h"
#include "base/types.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/key_compaction.h"
#include "log/maintenance/maintenance.h"
#include "log/maintenance/segment_rewriter.h"

namespace estream::log {

// Key compaction by Kafka's rules: the last record of each key in the sealed segments stays, and
// keeps its offset. A tombstone stays, too. The first compaction that sees it writes into its batch
// the time from which it may be removed. A compaction after that time removes it.
//
// The key map limits the memory. If there are more keys, the log is compacted in rounds. Each round
// takes the keys of the next part of the log, and removes records of these keys in everything up to
// the end of that part.
Result<RewriteReport> compact_keys(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                                   const KeyCompaction& options, Effect effect);

}  // namespace estream::log
