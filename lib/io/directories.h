#pragma once

#include <string>

#include "base/result.h"
#include "io/system.h"

// Directories by their whole paths, as a user types them.

namespace estream::io {

// Makes the directory `path` and the missing directories above it, and syncs their names. No error
// if it exists.
Result<void> make_directories(System& system, const std::string& path);

// Syncs the names of the directory `path` and of those above it, whoever made them. A directory
// that this process may not read is left out, because it cannot have made a name in there.
Result<void> sync_directories(System& system, const std::string& path);

}  // namespace estream::io
