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

}  // namespace estream::log
