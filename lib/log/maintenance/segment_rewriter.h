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
  std::int64_t rewritten_segments = 0;  // Of those that were there before.
  // A preview that could not look at all keys at once: the real run removes more.
  bool is_lower_bound = false;
};

// Neighbours that become one segment.
using SegmentGroup = std::span<const SegmentSummary>;

// Rewrites the group into one segment with the name of its first. What was written is read again
// and compared with the source before it takes its place; where nothing changes, the files stay.
// Adds what is there afterwards to the report.
Result<void> rewrite_group(Maintenance& maintenance, SegmentGroup group, const RewriteRules& rules,
                           const ProducerEnds& producer_ends, Effect effect, RewriteReport& report);

// Rewrites segments one by one, those of them that the rules change.
Result<RewriteReport> rewrite_segments(Maintenance& maintenance,
                                       std::span<const SegmentSummary> sealed,
                                       const RewriteRules& rules, Effect effect);

}  // namespace estream::log
