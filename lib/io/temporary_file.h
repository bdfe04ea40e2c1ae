#pragma once

#include <string>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"

namespace estream::io {

// A file in `directory` that has no name. It is removed with its descriptor, however the process
// ends. Errors call it "temporary file in DIRECTORY (TMPDIR)", because the user can change TMPDIR.
Result<File> open_temporary_file(System& system, const std::string& directory);

}  // namespace estream::io
