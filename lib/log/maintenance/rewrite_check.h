#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "io/directory.h"
#include "log/maintenance/batch_rewriter.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/survey.h"

namespace estream::log {

// Reads the segment that was written as `name` and compares it with the `group` that it is to
// replace: it covers exactly the same offsets, batch by batch in place and with the same epochs;
// it has the records that stay by the rules, unchanged, and no others; and the last batch of each
// producer is there. Error::Code::corrupt when it is not so.
Result<void> check_rewrite(const io::Directory& directory, std::span<const SegmentSummary> group,
                           const std::string& name, const RewriteRules& rules,
                           const ProducerEnds& producer_ends);

}  // namespace estream::log
