#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "log/maintenance/batch_rewriter.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/maintenance.h"
#include "log/maintenance/survey.h"

namespace estream::log {

enum class Effect {
  apply,
  preview,  // The same work and the same report, and nothing is written.
};

// The result of a rewrite of a partition's sealed segments.
struct RewriteReport {
  std::vector<SegmentSummary> sealed;
  std::int64_t removed_records = 0;
  std::int64_t rewritten_segments = 0;   // Of those that were there before.
  std::vector<Offset> reduced_segments;  // Those of them that lost a record.
  // A preview that could not look at all keys at once: the real run removes more.
  bool is_lower_bound = false;
};

// Neighbours that become one segment.
using SegmentGroup = std::span<const SegmentSummary>;

// Divides the segments into groups of neighbours. A group is as long as possible, and keeps at most
// `segment_bytes`, or has only one segment. A segment without records joins a neighbour of any
// size. Otherwise no timestamp would lead to it, and a Kafka client would get an answer without
// records.
std::vector<SegmentGroup> plan_groups(std::span<const SegmentSummary> sealed, const Survey& survey,
                                      std::int64_t segment_bytes);

// Rewrites the groups that the rules change, or that join a segment without records. It goes in the
// order of the log, because a tombstone may be removed only after the records that it deletes. Each
// group becomes one segment with the name of its first. The new file is read again and compared
// with the old ones before it replaces them. If nothing changes, the files stay. Adds the segments
// that are there afterwards to the report.
Result<void> rewrite_groups(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                            const RewriteRules& rules, const Survey& survey,
                            std::int64_t segment_bytes, Effect effect, RewriteReport& report);

// Rewrites the segments that the rules change. Merges only segments without records.
Result<RewriteReport> rewrite_segments(Maintenance& maintenance,
                                       std::span<const SegmentSummary> sealed,
                                       const RewriteRules& rules, Effect effect);

}  // namespace estream::log
