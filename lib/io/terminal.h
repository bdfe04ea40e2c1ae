#pragma once

#include <optional>

namespace estream::io {

// How many columns the terminal behind `fd` has; nothing when it is not a terminal, or does not
// tell.
std::optional<int> terminal_columns(int fd);

}  // namespace estream::io
