#pragma once

#include <string>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"

namespace estream::log {

// Fills an empty directory with an empty partition that begins at offset 0, everything synced but
// the directory's own name in its parent.
Result<void> create_partition(const io::Directory& directory);

// Makes the files of an empty segment and syncs their names. One that an interrupted roll left
// empty is taken over; one with content is a contradiction (Error::Code::corrupt).
// They belong to whom the file `like` belongs, and have its permissions.
Result<void> create_segment(const io::Directory& directory, Offset base,
                            const std::string& like = ".");

// The lock file, made when it is not there. Whoever may read a file can lock a part of it and so
// stop its writers: it is for the owner and, where the directory lets the group write, for the
// group. One that is open to more is narrowed by its owner.
Result<io::File> open_lock(const io::Directory& directory);

// A commit file that has another name elsewhere gets a file of its own: it is written in place. The
// append lock must be held.
Result<io::File> open_own_commit(const io::Directory& directory);

// Whether no writer has come since the partition was made: then the names of the directories above
// it need not be on the device yet, if whoever made them died.
Result<bool> is_untouched(const io::Directory& directory);

}  // namespace estream::log
