#include "io/terminal.h"

#include <sys/ioctl.h>

namespace estream::io {

std::optional<TerminalSize> terminal_size(int fd) {
  struct winsize size = {};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return std::nullopt;
  }
  return TerminalSize{size.ws_col, size.ws_row};
}

}  // namespace estream::io
