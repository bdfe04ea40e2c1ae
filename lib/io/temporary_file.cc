#include "io/temporary_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

namespace estream::io {

namespace {

constexpr unsigned mode = 0600;  // The content may be for this user only.

// The answers of file systems without O_TMPFILE, and of kernels that see only O_DIRECTORY in it.
bool is_unsupported(int answer) {
  return answer == -EOPNOTSUPP || answer == -EISDIR || answer == -EINVAL;
}

int open_retrying(System& system, int directory, const char* name, int flags) {
  for (;;) {
    const int fd = system.open_at(directory, name, flags, mode);
    if (fd != -EINTR) return fd;
  }
}

// The file has a name for a moment. If the process is killed then, an empty file stays.
int open_and_unlink(System& system, int directory) {
  char name[48];
  std::snprintf(name, sizeof name, ".estream.tmp.%016llx",
                static_cast<unsigned long long>(system.random()));
  const int fd = open_retrying(system, directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
  if (fd >= 0) system.unlink_at(directory, name);
  return fd;
}

}  // namespace

Result<File> open_temporary_file(System& system, const std::string& directory) {
  const std::string name = "temporary file in " + directory + " (TMPDIR)";
  const int parent =
      open_retrying(system, system.current_directory(), directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (parent < 0) return system_error(name, "make", parent);
  int fd = open_retrying(system, parent, ".", O_RDWR | O_TMPFILE);
  if (is_unsupported(fd)) fd = open_and_unlink(system, parent);
  system.close(parent);
  if (fd < 0) return system_error(name, "make", fd);
  return File(system, fd, name);
}

}  // namespace estream::io
