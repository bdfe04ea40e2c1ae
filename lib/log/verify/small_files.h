#pragma once

#include <optional>

#include "io/directory.h"
#include "log/leader_epochs.h"
#include "log/partition_reader.h"
#include "log/verify/commit.h"
#include "log/verify/file_names.h"
#include "log/verify/findings.h"

namespace estream::log {

// The table of leader-epoch-checkpoint. Its text has to be exactly as estream writes it. Nothing
// when it is damaged; then the epochs of batches cannot be judged.
std::optional<LeaderEpochs> prove_epochs(const io::Directory& directory, Layout layout,
                                         const PartitionNames& names, Findings& findings);

// Checks that `lock` exists and is empty, and that `commit` exists if `lock` does.
void prove_lock(const io::Directory& directory, const PartitionNames& names,
                const CommitProof& commit, Findings& findings);

}  // namespace estream::log
