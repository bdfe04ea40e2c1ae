#include "log/maintenance/batch_walk.h"

#include <string>
#include <vector>

#include "base/work_meter.h"
#include "io/signals.h"
#include "log/segment.h"

namespace estream::log {

Result<void> visit_batches(const io::Directory& directory, const SegmentSummary& segment,
                           const BatchVisitor& visit) {
  const Segment opened = TRY(Segment::open(directory, segment.base));
  BatchReader batches = opened.reader(0, segment.bytes);
  std::vector<std::byte> bytes;
  for (;;) {
    if (io::is_stop_requested()) {
      return Error{Error::Code::io,
                   directory.name() + ": stopped by a signal; run the command again for the rest"};
    }
    const auto header = TRY(batches.peek());
    if (!header) break;
    TRY(batches.read(bytes));
    TRY(visit(*header, bytes));
    work_meter().done += std::ssize(bytes);
    work_meter().bytes += std::ssize(bytes);
  }
  if (batches.position() != segment.bytes) return batches.corrupt_here("an incomplete batch");
  return {};
}

Error in_batch(const Error& error, const io::Directory& directory, const BatchHeader& header) {
  return {error.code, directory.name() + ": the batch at offset " +
                          std::to_string(header.base_offset.value) + ": " + error.message};
}

}  // namespace estream::log
