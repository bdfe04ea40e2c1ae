#include "io/directories.h"

#include <fcntl.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "io/file.h"

namespace estream::io {

namespace {

// "a", "a/b" and "a/b/c" of "a/b/c".
std::vector<std::string> prefixes_of(const std::string& path) {
  std::vector<std::string> prefixes;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    prefixes.push_back(path.substr(0, end));
    if (end == std::string::npos) return prefixes;
  }
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

enum class Unreadable { is_error, is_left_out };

Result<void> sync_parent(System& system, const std::string& path, Unreadable unreadable) {
  const std::string parent = parent_of(path);
  int fd = -EINTR;
  while (fd == -EINTR) {
    fd = system.open_at(system.current_directory(), parent.c_str(), O_RDONLY | O_DIRECTORY, 0);
  }
  if (fd == -EACCES && unreadable == Unreadable::is_left_out) return {};
  if (fd < 0) return system_error(parent, "open", fd);
  const int answer = system.fsync(fd);
  system.close(fd);
  if (answer < 0) return system_error(parent, "sync", answer);
  return {};
}

}  // namespace

// A directory that cannot be made may exist all the same, for example on a read-only file system.
// Only the last one shows this. If it does not exist, the error is that of the first directory that
// could not be made.
Result<void> make_directories(System& system, const std::string& path) {
  std::optional<Error> refusal;
  int answer = 0;
  for (const std::string& prefix : prefixes_of(path)) {
    answer = system.make_directory_at(system.current_directory(), prefix.c_str(), 0777);
    if (answer == 0) TRY(sync_parent(system, prefix, Unreadable::is_error));
    if (answer == 0 || answer == -EEXIST) continue;
    if (!refusal) refusal = system_error(prefix, "make the directory", answer);
  }
  return answer == 0 || answer == -EEXIST ? Result<void>() : *refusal;
}

Result<void> sync_directories(System& system, const std::string& path) {
  for (const std::string& prefix : prefixes_of(path)) {
    TRY(sync_parent(system, prefix, Unreadable::is_left_out));
  }
  return {};
}

}  // namespace estream::io
