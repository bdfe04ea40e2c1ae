#pragma once

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"

namespace estream::log {

// Fills an empty directory with an empty partition that begins at offset 0, everything synced but
// the directory's own name in its parent.
Result<void> create_partition(const io::Directory& directory);

// Makes the files of an empty segment and syncs their names. One that an interrupted roll left
// empty is taken over; one with content is a contradiction (Error::Code::corrupt).
Result<void> create_segment(const io::Directory& directory, Offset base);

// Whether no writer has come since the partition was made: then the names of the directories above
// it need not be on the device yet, if whoever made them died.
Result<bool> is_untouched(const io::Directory& directory);

}  // namespace estream::log
