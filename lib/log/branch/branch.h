#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/branch/branch_report.h"

namespace estream::log {

struct BranchOptions {
  // The published part of an active segment is copied when it is no longer than this. A longer one
  // is sealed in the source, if that may be written to, and linked.
  std::uint64_t copied_active_bytes_max = 1 << 20;
  std::int64_t lock_timeout_ns = 10'000'000'000;
};

// Fills an empty directory with a partition of the records that readers of `source` see. It has the
// same offsets, batches, epochs and log start offset. Sealed segments become links to the source's
// files, or copies if the file system has no links. Nothing is ever written into sealed segments,
// so each side can be appended to, compacted and removed without a change of the other. The active
// segment is never shared.
//
// Producers can go on meanwhile. The source's maintenance lock is held, so that no segment is
// renamed or removed: Error::Code::busy when another process holds it for longer than the timeout.
// If the source may not be written to, the lock cannot be held. Then the result is checked, and
// made again if the source changed meanwhile. Error::Code::corrupt when the source's segments do
// not tile.
//
// Everything is synced except the directory's own name. After an error the content of the directory
// is undefined.
Result<BranchReport> branch_partition(const io::Directory& source, const io::Directory& target,
                                      const BranchOptions& options);

// The same for a partition that a broker wrote and no longer writes to. Its last segment is copied,
// and the segments before it are linked. The indexes are built again; for this every batch's header
// is read. Error::Code::data if the source has something that a log of estream may not have:
// missing offsets, transactions, or batches without an epoch.
//
// A broker that is started on the directory again may cut its segments, when it is a follower and
// its leader's log differs. This also cuts the linked segments of the branch. Readers of the branch
// then report the missing bytes.
Result<BranchReport> branch_kafka_partition(const io::Directory& source,
                                            std::optional<Offset> log_start,
                                            const io::Directory& target);

}  // namespace estream::log
