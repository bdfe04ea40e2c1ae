#pragma once

#include <functional>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/maintenance/inventory.h"
#include "record/batch_header.h"

namespace estream::log {

using BatchVisitor = std::function<Result<void>(const BatchHeader& header, Bytes batch)>;

// Calls `visit` with each batch of a segment, as far as the summary goes, checksum verified. Ends
// with the first error, and when a signal asked for the end; damage is Error::Code::corrupt with
// file and byte.
Result<void> visit_batches(const io::Directory& directory, const SegmentSummary& segment,
                           const BatchVisitor& visit);

// A word about an error inside a batch, with the place of the batch.
Error in_batch(const Error& error, const io::Directory& directory, const BatchHeader& header);

}  // namespace estream::log
