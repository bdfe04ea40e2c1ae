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

// The last offset of the last batch of each idempotent producer. As in Kafka, that batch stays even
// without any record, because its header has the producer's last sequence number.
using ProducerEnds = std::map<std::int64_t, Offset>;

// The effect that a rewrite by some rules would have on one segment.
struct SegmentSurvey {
  bool has_changes = false;  // A record is removed, or a batch gets a horizon.
  std::int64_t removed_records = 0;
  std::int64_t kept_records = 0;
  std::int64_t kept_bytes = 0;  // At most: the size now of the batches that keep a record.
};

// The effect that a rewrite by some rules would have. Nothing is written to find it.
struct Survey {
  std::vector<SegmentSurvey> segments;
  ProducerEnds producer_ends;
};

// Reads and verifies all of the segments. Error::Code::data if there is a judge and the segments
// have transactions of a broker, because records of a transaction must not be removed.
Result<Survey> take_survey(const io::Directory& directory, std::span<const SegmentSummary> sealed,
                           const RewriteRules& rules);

}  // namespace estream::log
