#pragma once

#include <optional>

#include "base/types.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/verify/options.h"
#include "log/verify/proof.h"

namespace estream::log {

// Proves the files of a partition, every byte of them, against what doc/format.md says and against
// one another, while others may write to it: what does not look right is looked at again after a
// moment, and only what stays is told. Takes no lock and writes nothing.
//
// In a partition of ours:
//   - batches: headers, checksums, records; they tile the offsets, across segments, from the log
//     start offset to the written end, and each has the epoch of leader-epoch-checkpoint
//   - commit: both slots, in turn; the lengths and offsets in the newer one are edges of batches
//   - indexes: exactly the entries that the rule of index_writer.h makes; those of a sealed
//     segment end with its largest timestamp
//   - leader-epoch-checkpoint: as it is written, no epoch beyond the end
//   - lock: empty; other names are noted, as is what an interrupted command left
//
// What a writer that died leaves to the next one (bytes beyond the written length, an interrupted
// roll, after a restart of the machine whatever had not been synced) is a note, not a fault.
//
// In a broker's directory offsets may have gaps, the last segment may end in the middle of a batch
// or in zeros, indexes may end in zeros, and an index entry only has to lead to a batch before what
// it names. The same holds for the indexes and the end of a partition without a `commit` file, and
// for the indexes of one in which a broker's files are left.
PartitionProof verify_partition(const io::Directory& directory, Layout layout,
                                std::optional<Offset> log_start_offset,
                                const VerifyOptions& options);

}  // namespace estream::log
