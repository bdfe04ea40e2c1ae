#include "io/terminal.h"

#include <sys/ioctl.h>

namespace estream::io {

std::optional<int> terminal_columns(int fd) {
  struct winsize size = {};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

}  // namespace estream::io
