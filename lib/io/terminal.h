#pragma once

#include <optional>

namespace estream::io {

// How many columns the terminal behind `fd` has; nothing when it is none, or does not say.
std::optional<int> terminal_columns(int fd);

}  // namespace estream::io
