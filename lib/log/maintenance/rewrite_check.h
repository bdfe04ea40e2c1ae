#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "io/directory.h"
#include "log/maintenance/batch_rewriter.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/survey.h"

namespace estream::log {

// Reads the segment that was written as `name` and compares it with the `group` that it will
// replace. It must cover exactly the same offsets, with the same epochs. It must have exactly the
// records that stay by the rules, unchanged. And it must have the last batch of each producer.
// Error::Code::corrupt if it does not.
Result<void> check_rewrite(const io::Directory& directory, std::span<const SegmentSummary> group,
                           const std::string& name, const RewriteRules& rules,
                           const ProducerEnds& producer_ends);

}  // namespace estream::log
