#pragma once

#include <optional>

#include "base/types.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/verify/options.h"
#include "log/verify/proof.h"

namespace estream::log {

// Checks every byte of the files of a partition: they have the format of doc/format.md and agree
// with one another. Others may write to the partition at the same time. So anything that looks
// wrong is checked again after a moment, and is reported only if it is still wrong. Takes no lock
// and writes nothing.
//
// In a partition of estream:
//   - batches: headers, checksums, records; they tile the offsets, across segments, from the log
//     start offset to the written end, and each has the epoch of leader-epoch-checkpoint
//   - commit: both slots, in turn; the lengths and offsets in the newer one are ends of batches
//   - indexes: exactly the entries that the rule of index_writer.h makes; the time index of a
//     sealed segment ends with its largest timestamp
//   - leader-epoch-checkpoint: as estream writes it, no epoch beyond the end
//   - lock: empty; other names are noted, and so are the leftovers of an interrupted command
//
// A writer that died may leave bytes beyond the written length, or an interrupted roll. After a
// restart of the machine, everything that was not synced may be missing. The next writer repairs
// this, so it is a note and not a fault.
//
// In a broker's directory offsets may have gaps, the last segment may end in the middle of a batch
// or in zeros, indexes may end in zeros, and an index entry only has to lead to a batch at or
// before the one that it names. In a partition without a `commit` file, the same holds for the
// indexes and for the end. In a partition that still has a broker's files, it holds for the
// indexes.
PartitionProof verify_partition(const io::Directory& directory, Layout layout,
                                std::optional<Offset> log_start_offset,
                                const VerifyOptions& options);

}  // namespace estream::log
