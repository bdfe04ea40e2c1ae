#pragma once

#include <span>

#include "base/result.h"
#include "base/types.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/key_compaction.h"
#include "log/maintenance/maintenance.h"
#include "log/maintenance/segment_rewriter.h"

namespace estream::log {

// Key compaction by Kafka's rules: of each key the last record in the sealed segments stays, and
// keeps its offset. A tombstone stays, too; the first compaction that sees it stamps its batch with
// the time from which on it may go, and one after that time removes it.
//
// Memory is bounded by the key map. When there are more keys, the log is compacted in rounds, each
// with the keys of the part behind the one before, over everything up to there.
Result<RewriteReport> compact_keys(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                                   const KeyCompaction& options, Effect effect);

}  // namespace estream::log
