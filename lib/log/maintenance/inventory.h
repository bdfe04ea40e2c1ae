#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/commit_slot.h"
#include "log/partition_reader.h"

namespace estream::log {

// The content of a segment, by the headers of its batches.
struct SegmentSummary {
  Offset base;
  Offset end;  // The offset after its last offset.
  std::uint64_t bytes = 0;
  std::int64_t record_count = 0;
  Timestamp max_timestamp;  // -1 when it has no records, or none with a time.

  friend bool operator==(const SegmentSummary&, const SegmentSummary&) = default;
};

// The files of a partition of estream, for maintenance.
struct Inventory {
  CommitState commit;
  std::vector<SegmentSummary> sealed;  // They tile the offsets up to the active one's base.
  SegmentSummary active;               // As far as it is published.
  // Segments that a killed run has left. They are wholly below the log start offset, or compaction
  // merged them into the segment before them, which covers them.
  std::vector<Offset> leftovers;
  // Sealed segments whose indexes are missing, or differ from those that estream makes for the log.
  std::vector<Offset> ill_indexed;
};

// Error::Code::corrupt when sealed segments do not tile from the log start offset on. Then nothing
// may be changed. The maintenance lock must be held.
Result<Inventory> take_inventory(const io::Directory& directory, const io::File& commit);

// The same without the lock, up to the reader's end, for a preview. The work of a run that holds
// the lock may look like damage. Such an error is gone at the next try.
Result<Inventory> take_inventory(const PartitionReader& reader);

}  // namespace estream::log
