#pragma once

#include <string>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"

namespace estream::log {

// Fills an empty directory with an empty partition that begins at offset 0. Everything is synced
// except the directory's own name in its parent.
Result<void> create_partition(const io::Directory& directory);

// Makes the files of an empty segment and syncs their names. If an interrupted roll left empty
// files, they are used. A file with content is Error::Code::corrupt. The files get the owner, the
// group and the permissions of the file `like`.
Result<void> create_segment(const io::Directory& directory, Offset base,
                            const std::string& like = ".");

// The lock file. It is made if it does not exist. Everybody who can open a file can lock a part of
// it, and so stop its writers. So only the owner may open it, and the group if the directory lets
// the group write. If more users may open it, and this process is its owner, their permissions are
// removed.
Result<io::File> open_lock(const io::Directory& directory);

// The commit file is written in place. If it has another name elsewhere, it is first replaced by a
// copy. The append lock must be held.
Result<io::File> open_own_commit(const io::Directory& directory);

// Whether no writer has written since the partition was made. Then its creator may have died before
// it synced the names of the directories above the partition.
Result<bool> is_untouched(const io::Directory& directory);

}  // namespace estream::log
