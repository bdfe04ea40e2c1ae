#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/directory.h"
#include "log/commit_slot.h"
#include "log/verify/findings.h"

namespace estream::log {

// What was found in a commit file.
struct CommitProof {
  bool is_there = false;
  std::string name;
  std::optional<CommitState> state;  // The newer of the sound slots.
  std::uint64_t slot_position = 0;   // Of that slot.
};

// Whether the machine was started again since the slot was written (or this is a copy on another
// one): then anything that had not been synced may be gone.
bool is_other_boot(const io::Directory& directory, const CommitState& state);

// Reads the commit file and looks at each of its bytes: both slots sound and written in turn, zeros
// between them, nothing behind. A slot that a writer is busy with is read again.
CommitProof prove_commit(const io::Directory& directory, Findings& findings);

}  // namespace estream::log
