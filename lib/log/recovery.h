#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/commit_slot.h"

namespace estream::log {

// What recovery did, for a person: one sentence each, without the tool's name.
using Notices = std::vector<std::string>;

// Makes a partition valid after a writer or the machine died. The append lock must be held. It is
// needed when the slot is from another boot, is poisoned or rolling, or may be older than a damaged
// twin, and when the size of the active segment is not its written length. doc/durability.md has
// the reasons; in short:
//
//   - a bad batch below the synced length is corruption: an error, and nothing is changed;
//   - every valid batch beyond it is kept, written again and synced, because the kernel reports a
//     failed sync only once, and may have reported it to the writer that died;
//   - the bytes after the last valid batch are copied to quarantine/, then the segment is cut;
//   - a poisoned segment is copied to a new file, because the old one may never be written again;
//   - if written records are gone, the epoch grows;
//   - the active segment's indexes are made again.
//
// Returns the new commit state, which is already written to `commit`. A second run changes nothing.
Result<CommitState> recover(const io::Directory& directory, io::File& commit, CommitState state,
                            Notices& notices);

// Makes the `commit` file of a partition that has none. The active segment is verified from its
// start. Only an incomplete batch or zeros at its very end may be cut off.
Result<io::File> rebuild_commit(const io::Directory& directory, Notices& notices);

}  // namespace estream::log
