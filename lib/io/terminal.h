#pragma once

#include <optional>

namespace estream::io {

struct TerminalSize {
  int columns = 0;
  int rows = 0;
};

// The size of the terminal behind `fd`; nothing when it is not a terminal, or does not tell.
std::optional<TerminalSize> terminal_size(int fd);

}  // namespace estream::io
