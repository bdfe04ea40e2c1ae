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

// Fills an empty directory with a partition of the records that readers of `source` see: the same
// offsets, batches, epochs and log start offset. Sealed segments become links to the source's
// files, or copies where the file system has it so; they never change, so each side may be appended
// to, compacted, retained and removed without the other. What is active is never shared.
//
// Producers go on meanwhile. The source's maintenance lock is held, so that no segment is renamed
// or removed: Error::Code::busy when another process has it for longer than the timeout. In a
// source that may not be written to it cannot be held; then what was taken is checked, and taken
// again if it changed meanwhile. Error::Code::corrupt when the source's segments do not tile.
//
// All is synced but the directory's own name. After an error the directory holds anything.
Result<BranchReport> branch_partition(const io::Directory& source, const io::Directory& target,
                                      const BranchOptions& options);

// The same for a partition that a broker wrote and no longer writes to. Its last segment is copied,
// those before it are linked, and the indexes are made anew, for which every batch's header is
// read. What a log of ours may not have (offsets that are missing, transactions, batches without an
// epoch) is Error::Code::data.
//
// A broker that is started on the directory again may cut its own segments when it is a follower
// and its leader's log differs; a segment that is linked is cut with it. Readers of the branch then
// report the missing bytes.
Result<BranchReport> branch_kafka_partition(const io::Directory& source,
                                            std::optional<Offset> log_start,
                                            const io::Directory& target);

}  // namespace estream::log
