#pragma once

#include <optional>

#include "io/directory.h"
#include "log/leader_epochs.h"
#include "log/partition_reader.h"
#include "log/verify/commit.h"
#include "log/verify/file_names.h"
#include "log/verify/findings.h"

namespace estream::log {

// The table of leader-epoch-checkpoint, which has to be as it is written. Nothing when it is
// damaged, so that no batch's epoch can be judged.
std::optional<LeaderEpochs> prove_epochs(const io::Directory& directory, Layout layout,
                                         const PartitionNames& names, Findings& findings);

// `lock` is there and empty, and `commit` is there if `lock` is.
void prove_lock(const io::Directory& directory, const PartitionNames& names,
                const CommitProof& commit, Findings& findings);

}  // namespace estream::log
