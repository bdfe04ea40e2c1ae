#pragma once

#include <functional>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/maintenance/inventory.h"
#include "record/batch_header.h"

namespace estream::log {

using BatchVisitor = std::function<Result<void>(const BatchHeader& header, Bytes batch)>;

// Calls `visit` with each batch of a segment up to the end in the summary, after it verified the
// checksum. Ends at the first error, and when a signal asked for the end. Damage is
// Error::Code::corrupt with file and byte.
Result<void> visit_batches(const io::Directory& directory, const SegmentSummary& segment,
                           const BatchVisitor& visit);

// The error, with the place of the batch in which it was found.
Error in_batch(const Error& error, const io::Directory& directory, const BatchHeader& header);

}  // namespace estream::log
