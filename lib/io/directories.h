#pragma once

#include <string>

#include "base/result.h"
#include "io/system.h"

// Directories by their whole paths, as a user types them.

namespace estream::io {

// Makes the directory `path` and those that are missing above it, with their names on the device;
// fine when it is there.
Result<void> make_directories(System& system, const std::string& path);

// The names of the directory `path` and of those above it are on the device, whoever made them. A
// directory above it that we may not read is left out: no name in there is of our making.
Result<void> sync_directories(System& system, const std::string& path);

}  // namespace estream::io
