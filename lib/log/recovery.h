#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/commit_slot.h"

namespace estream::log {

// What recovery did, for a person: one sentence each, without the tool's name.
using Notices = std::vector<std::string>;

// Makes a partition valid after a writer or the machine died, under the append lock. Needed when
// the slot is of another boot, is poisoned or rolling, or may be older than a damaged twin, or the
// active segment's size is not its written length. doc/durability.md has the reasons; in short:
//
//   - a bad batch below the synced length is corruption: an error, and nothing is touched;
//   - every valid batch beyond it is kept, written again and synced, because a dead writer may have
//     been told of an error for it that nobody else will be told of;
//   - the bytes after the last valid batch go to quarantine/, then the segment is cut;
//   - a poisoned segment is copied to a new file, because the old one may never be written again;
//   - if written records are gone, the epoch grows;
//   - the active segment's indexes are made again.
//
// Answers the new commit state, already written to `commit`. Running it twice changes nothing more.
Result<CommitState> recover(const io::Directory& directory, io::File& commit, CommitState state,
                            Notices& notices);

// Makes the `commit` file of a partition that has none: the active segment is verified from its
// start; only an incomplete batch or zeros at its very end may be cut.
Result<io::File> rebuild_commit(const io::Directory& directory, Notices& notices);

}  // namespace estream::log
