#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/commit_slot.h"
#include "log/partition_reader.h"

namespace estream::log {

// What a segment holds, by the headers of its batches.
struct SegmentSummary {
  Offset base;
  Offset end;  // The offset after its last one.
  std::uint64_t bytes = 0;
  std::int64_t record_count = 0;
  Timestamp max_timestamp;  // -1 when it has no records, or none with a time.

  friend bool operator==(const SegmentSummary&, const SegmentSummary&) = default;
};

// What there is to maintain in a partition of ours.
struct Inventory {
  CommitState commit;
  std::vector<SegmentSummary> sealed;  // They tile the offsets up to the active one's base.
  SegmentSummary active;               // As far as it is published.
  // Segments that a run which died has left: wholly below the log start offset, or covered by the
  // one before them, into which compaction merged them.
  std::vector<Offset> leftovers;
  // Sealed segments whose indexes are missing, or not what a writer of ours makes for the log.
  std::vector<Offset> ill_indexed;
};

// Error::Code::corrupt when sealed segments do not tile from the log start offset on: then nothing
// may be touched. The maintenance lock must be held.
Result<Inventory> take_inventory(const io::Directory& directory, const io::File& commit);

// The same without the lock and up to where the reader's end is, as a preview wants it. What a run
// that holds the lock does meanwhile may look like damage: it is gone when looked at again.
Result<Inventory> take_inventory(const PartitionReader& reader);

}  // namespace estream::log
