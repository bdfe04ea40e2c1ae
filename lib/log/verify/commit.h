#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/directory.h"
#include "log/commit_slot.h"
#include "log/verify/findings.h"

namespace estream::log {

// The result of the check of a commit file.
struct CommitProof {
  bool is_there = false;
  std::string name;
  std::optional<CommitState> state;  // The newer of the valid slots.
  std::uint64_t slot_position = 0;   // Of that slot.
};

// Whether the machine was started again since the slot was written (or this is a copy on another
// machine). Then everything that was not synced may be gone.
bool is_other_boot(const io::Directory& directory, const CommitState& state);

// Reads the commit file and checks each of its bytes: both slots are valid and written in turn,
// there are zeros between them, and nothing behind them. A slot that a writer is just writing is
// read again.
CommitProof prove_commit(const io::Directory& directory, Findings& findings);

}  // namespace estream::log
