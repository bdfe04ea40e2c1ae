#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/maintenance/batch_rewriter.h"
#include "log/maintenance/inventory.h"

namespace estream::log {

// The last offset of the last batch of each idempotent producer. That batch stays even if it loses
// all of its records, as in Kafka: where the producer goes on is in its header.
using ProducerEnds = std::map<std::int64_t, Offset>;

// What a rewrite by some rules would make of one segment.
struct SegmentSurvey {
  bool has_changes = false;  // A record goes, or a batch gets a horizon.
  std::int64_t removed_records = 0;
  std::int64_t kept_records = 0;
  std::int64_t kept_bytes = 0;  // At most: of the batches that keep a record, as they are now.
};

// What a rewrite by some rules would find, found without writing anything.
struct Survey {
  std::vector<SegmentSurvey> segments;
  ProducerEnds producer_ends;
};

// Reads and verifies all of the segments. A judge and a broker's transactions do not go together:
// Error::Code::data.
Result<Survey> take_survey(const io::Directory& directory, std::span<const SegmentSummary> sealed,
                           const RewriteRules& rules);

}  // namespace estream::log
