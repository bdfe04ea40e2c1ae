#include "io/user_file.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

#include "io/signals.h"

namespace estream::io {

namespace {

Result<File> open_path(System& system, const std::string& path, int flags) {
  const Interruptible interruptible;
  for (;;) {
    const int fd = system.open_at(system.current_directory(), path.c_str(), flags, 0666);
    if (fd == -EINTR && !is_stop_requested()) continue;
    if (fd < 0) return system_error(path, "open", fd);
    return File(system, fd, path);
  }
}

}  // namespace

Result<File> open_for_reading(System& system, const std::string& path) {
  return open_path(system, path, O_RDONLY);
}

Result<File> open_for_appending(System& system, const std::string& path) {
  return open_path(system, path, O_WRONLY | O_CREAT | O_APPEND);
}

Result<std::optional<FileStatus>> path_status(System& system, const std::string& path) {
  const int fd = system.open_at(system.current_directory(), path.c_str(), O_PATH, 0);
  if (fd == -ENOENT || fd == -ENOTDIR) return std::optional<FileStatus>();
  if (fd < 0) return system_error(path, "look at", fd);
  return std::optional(TRY(File(system, fd, path).status()));
}

bool is_same_file(const FileStatus& a, const FileStatus& b) {
  return a.kind == FileStatus::Kind::regular && a.device == b.device && a.inode == b.inode;
}

Result<std::optional<std::size_t>> read_some(System& system, int fd, const std::string& name,
                                             MutableBytes out, int timeout_ms) {
  const std::optional<std::size_t> nothing;
  for (;;) {
    std::array<PollEntry, 2> wait = {{{.fd = fd}, {.fd = stop_descriptor()}}};
    const auto entries = std::span(wait).first(wait[1].fd >= 0 ? 2 : 1);
    const int ready = system.poll(entries, timeout_ms);
    if (is_stop_requested()) return nothing;
    if (ready < 0 && ready != -EINTR) return system_error(name, "wait for", ready);
    if (ready == 0) return nothing;
    if (ready < 0 || !wait[0].is_ready) continue;
    const std::int64_t count = system.read(fd, out);
    if (count == -EINTR || count == -EAGAIN) continue;
    if (count < 0) return system_error(name, "read", count);
    return std::optional(static_cast<std::size_t>(count));
  }
}

}  // namespace estream::io
