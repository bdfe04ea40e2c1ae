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

// What rewriting made of a partition's sealed segments.
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

// Neighbours that together keep at most `segment_bytes`, as many as possible; each at least one. A
// segment without records joins a neighbour of any size: alone it would have no time by which it is
// found, and a client would get an answer without records for it.
std::vector<SegmentGroup> plan_groups(std::span<const SegmentSummary> sealed, const Survey& survey,
                                      std::int64_t segment_bytes);

// Rewrites the groups that the rules change, or that join a segment without records, in the order
// of the log: a tombstone may go only when what it deletes is gone for good. Each becomes one
// segment with the name of its first. What was written is read again and compared with the source
// before it takes its place; where nothing changes, the files stay. Adds what is there afterwards
// to the report.
Result<void> rewrite_groups(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                            const RewriteRules& rules, const Survey& survey,
                            std::int64_t segment_bytes, Effect effect, RewriteReport& report);

// Rewrites the segments that the rules change; merges only what has no records.
Result<RewriteReport> rewrite_segments(Maintenance& maintenance,
                                       std::span<const SegmentSummary> sealed,
                                       const RewriteRules& rules, Effect effect);

}  // namespace estream::log
