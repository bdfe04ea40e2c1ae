#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/directory.h"

namespace estream::group {

// Nothing when there is no such directory.
Result<std::optional<io::Directory>> find_subdirectory(const io::Directory& parent,
                                                       const std::string& name);
// Makes it if it does not exist, and syncs its name.
Result<io::Directory> make_subdirectory(const io::Directory& parent, const std::string& name);

}  // namespace estream::group
