#pragma once

#include <string>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"

namespace estream::io {

// A file in `directory` that has no name: it is gone with the descriptor, however the process ends.
// Errors call it "temporary file in DIRECTORY (TMPDIR)", which is what the user can change.
Result<File> open_temporary_file(System& system, const std::string& directory);

}  // namespace estream::io
