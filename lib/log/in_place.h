#pragma once

#include "base/result.h"
#include "io/directory.h"
#include "io/file.h"

namespace estream::log {

// Whoever writes to a partition asks this under its lock, before anything is changed or
// acknowledged: what is written to files that no name leads to any more is lost to everybody,
// whatever a sync of them says, and a lock on such a file keeps nobody out. Error::Code::io when
// the partition, its lock or its commit file was removed, renamed or replaced since they were
// opened.
Result<void> check_in_place(const io::Directory& partition, const io::File& lock,
                            const io::File& commit);

}  // namespace estream::log
