#pragma once

#include "base/result.h"
#include "io/directory.h"
#include "io/file.h"

namespace estream::log {

// A writer calls this under the lock of a partition, before it changes or acknowledges anything.
// Error::Code::io when the partition, its lock or its commit file was removed, renamed or replaced
// since they were opened. Nobody can read what is written to a file without a name, even if the
// file was synced, and a lock on such a file keeps no other writer out.
Result<void> check_in_place(const io::Directory& partition, const io::File& lock,
                            const io::File& commit);

}  // namespace estream::log
