#include "io/directory.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace estream::io {

namespace {

// O_NONBLOCK: the opening of a FIFO returns at once, and the FIFO is then refused.
constexpr int careful = O_NOFOLLOW | O_NONBLOCK;

constexpr const char* temporary_infix = ".tmp.";
constexpr std::size_t temporary_digits = 16;
constexpr int replace_attempts = 3;

// Whether put_in_place() makes exactly such a name. A name that only begins in the same way may be
// a file of the user.
bool is_temporary_of(const std::string& name, std::string_view entry) {
  const std::string prefix = name + temporary_infix;
  return entry.starts_with(prefix) && entry.size() == prefix.size() + temporary_digits &&
         entry.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::read:
      return O_RDONLY;
    case OpenMode::read_write:
      return O_RDWR;
    case OpenMode::create_or_open:
      return O_RDWR | O_CREAT;
    case OpenMode::create_exclusive:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  ASSERT(false);
}

int open_retrying(System& system, int directory, const char* name, int flags, unsigned mode) {
  for (;;) {
    const int fd = system.open_at(directory, name, flags, mode);
    if (fd != -EINTR) return fd;
  }
}

Error open_error(const std::string& path, int answer) {
  if (answer == -ELOOP) {
    return Error::in_file(Error::Code::io, path,
                          "is a symbolic link; links inside a log are not followed");
  }
  return system_error(path, "open", answer);
}

bool is_same_file(const FileStatus& a, const FileStatus& b) {
  return a.device == b.device && a.inode == b.inode;
}

// Whether the file of this name may be opened with these flags.
Result<bool> may_open(const Directory& directory, const std::string& name, int flags) {
  const int fd =
      open_retrying(directory.system(), directory.fd(), name.c_str(), flags | careful, 0);
  if (fd == -EROFS || fd == -EACCES || fd == -EPERM) return false;
  if (fd < 0) return open_error(directory.path_of(name), fd);
  directory.system().close(fd);
  return true;
}

}  // namespace

Result<Directory> Directory::open(System& system, const std::string& path) {
  const int fd =
      open_retrying(system, system.current_directory(), path.c_str(), O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return system_error(path, "open", fd);
  return Directory(system, fd, path);
}

Result<File> Directory::open_file(const std::string& name, OpenMode mode) const {
  const std::string path = path_of(name);
  const int fd = open_retrying(system(), this->fd(), name.c_str(), flags_of(mode) | careful, 0666);
  if (fd < 0) return open_error(path, fd);
  File file(system(), fd, path);
  const FileStatus status = TRY(file.status());
  if (status.kind != FileStatus::Kind::regular) {
    return Error::in_file(Error::Code::io, path, "is not a regular file");
  }
  return file;
}

// Nobody else can open the file before it has its owner and permissions.
Result<File> Directory::create_file(const std::string& name, const std::string& like) const {
  auto model = like == "." ? std::optional<FileStatus>() : TRY(status(like));
  if (!model) model = TRY(status());
  const std::string path = path_of(name);
  const int flags = flags_of(OpenMode::create_exclusive) | careful;
  const int fd = open_retrying(system(), this->fd(), name.c_str(), flags, 0600);
  if (fd < 0) return open_error(path, fd);
  File file(system(), fd, path);
  auto taken = file.take_access(*model);
  if (taken) return file;
  system().unlink_at(this->fd(), name.c_str());
  return std::move(taken).error();
}

Result<File> Directory::open_or_create(const std::string& name, const std::string& like) const {
  for (int attempt = 1;; attempt++) {
    const auto there = TRY(status(name));
    auto file = there ? open_file(name, OpenMode::read_write) : create_file(name, like);
    if (file || attempt == replace_attempts) return file;
    // Another process made or removed it meanwhile.
    const Error::Code code = file.error().code;
    if (code != (there ? Error::Code::not_found : Error::Code::exists)) return file;
  }
}

Result<std::string> Directory::read_file(const std::string& name, std::size_t limit) const {
  const File file = TRY(open_file(name, OpenMode::read));
  const std::uint64_t size = TRY(file.size_bytes());
  if (size > limit) {
    return Error::in_file(Error::Code::corrupt, file.name(), "is larger than any such file can be");
  }
  std::string content(size, '\0');
  const std::size_t count = TRY(file.read_at(0, std::as_writable_bytes(std::span(content))));
  // Otherwise a part of the file could be taken for all of it.
  if (count < size) return system_error(path_of(name), "read", -EIO);
  return content;
}

Result<Directory> Directory::open_directory(const std::string& name) const {
  const std::string path = path_of(name);
  const int fd =
      open_retrying(system(), this->fd(), name.c_str(), O_RDONLY | O_DIRECTORY | careful, 0);
  // With O_DIRECTORY, Linux also returns this for a symbolic link.
  if (fd == -ENOTDIR) {
    return Error::in_file(Error::Code::io, path,
                          "is not a directory; links inside a log are not followed");
  }
  if (fd < 0) return open_error(path, fd);
  return Directory(system(), fd, path);
}

Result<Directory> Directory::open_linked_directory(const std::string& name) const {
  const int fd = open_retrying(system(), this->fd(), name.c_str(), O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return open_error(path_of(name), fd);
  return Directory(system(), fd, path_of(name));
}

Result<void> Directory::make_directory(const std::string& name) const {
  const int answer = system().make_directory_at(fd(), name.c_str(), 0777);
  if (answer < 0) return system_error(path_of(name), "make the directory", answer);
  return {};
}

Result<FileStatus> Directory::status() const {
  FileStatus status;
  const int answer = system().status(fd(), status);
  if (answer < 0) return system_error(name_, "stat", answer);
  return status;
}

Result<std::uint32_t> Directory::file_system_type() const {
  std::uint32_t type = 0;
  const int answer = system().file_system_type(fd(), type);
  if (answer < 0) return system_error(name_, "look at the file system of", answer);
  return type;
}

Result<void> Directory::take_access(const FileStatus& like) const {
  const FileStatus own = TRY(status());
  return give_access(system(), fd(), name_, own, like);
}

Result<std::vector<std::string>> Directory::list() const {
  std::vector<std::string> names;
  const int answer = system().list(fd(), names);
  if (answer < 0) return system_error(name_, "list", answer);
  std::ranges::sort(names);
  return names;
}

Result<std::optional<FileStatus>> Directory::status(const std::string& name) const {
  FileStatus status;
  const int answer = system().status_at(fd(), name.c_str(), status);
  if (answer == -ENOENT) return std::optional<FileStatus>();
  if (answer < 0) return system_error(path_of(name), "stat", answer);
  return std::optional(status);
}

Result<bool> Directory::leads_to(const std::string& name, const File& file) const {
  const FileStatus opened = TRY(file.status());
  const auto named = TRY(status(name));
  return named && is_same_file(*named, opened);
}

Result<bool> Directory::is_in_place() const {
  const FileStatus opened = TRY(status());
  FileStatus named;
  const int answer = system().status_at(system().current_directory(), name_.c_str(), named);
  if (answer == -ENOENT || answer == -ENOTDIR) return false;
  if (answer < 0) return system_error(name_, "stat", answer);
  return is_same_file(named, opened);
}

Result<bool> Directory::is_writable(const std::string& name) const {
  return may_open(*this, name, O_WRONLY);
}

Result<bool> Directory::is_listable(const std::string& name) const {
  return may_open(*this, name, O_RDONLY | O_DIRECTORY);
}

Result<void> Directory::rename(const std::string& from, const std::string& to) const {
  const int answer = system().rename_at(fd(), from.c_str(), to.c_str());
  if (answer < 0) return system_error(path_of(from), "rename", answer);
  return {};
}

Result<bool> Directory::link(const std::string& name, const Directory& target) const {
  const int answer = system().link_at(fd(), name.c_str(), target.fd(), name.c_str());
  switch (-answer) {
    case EXDEV:
    case EPERM:
    case EMLINK:
    case EOPNOTSUPP:
    case ENOSYS:
      return false;
    default:
      break;
  }
  if (answer < 0) return system_error(path_of(name), "link", answer);
  const auto made = TRY(target.status(name));
  if (made && made->kind == FileStatus::Kind::regular) return true;
  TRY(target.remove_file(name));
  return Error::in_file(Error::Code::io, path_of(name), "is not a regular file");
}

Result<void> Directory::remove_file(const std::string& name) const {
  const int answer = system().unlink_at(fd(), name.c_str());
  if (answer < 0) return system_error(path_of(name), "remove", answer);
  return {};
}

Result<void> Directory::remove_directory(const std::string& name) const {
  const int answer = system().remove_directory_at(fd(), name.c_str());
  if (answer < 0) return system_error(path_of(name), "remove", answer);
  return {};
}

Result<void> Directory::sync() const {
  const int answer = system().fsync(fd());
  if (answer < 0) return system_error(name_, "sync", answer);
  return {};
}

Result<void> Directory::replace_file(const std::string& name, std::string_view content,
                                     const std::string& like) const {
  for (int attempt = 1;; attempt++) {
    auto replaced = put_in_place(name, content, like);
    if (replaced) return sync();
    // Before the file was locked, or after it was closed, another process may have taken it for a
    // leftover and removed it.
    const bool is_taken = replaced.error().code == Error::Code::not_found;
    if (!is_taken || attempt == replace_attempts) return replaced;
  }
}

Result<void> Directory::put_in_place(const std::string& name, std::string_view content,
                                     const std::string& like) const {
  const auto old = TRY(status(name));
  const bool is_regular = old && old->kind == FileStatus::Kind::regular;
  const std::string model = is_regular ? name : like;
  char suffix[24];
  std::snprintf(suffix, sizeof suffix, "%016llx",
                static_cast<unsigned long long>(system().random()));
  const std::string temporary = name + temporary_infix + suffix;
  const auto write_and_rename = [&]() -> Result<void> {
    File file = TRY(model.empty() ? open_file(temporary, OpenMode::create_exclusive)
                                  : create_file(temporary, model));
    // If the file system has no locks, remove_dead_temporaries() gets none either.
    (void)system().try_lock(file.fd(), 0);
    TRY(file.write_at(0, as_bytes(content)));
    TRY(file.sync());
    TRY(file.close());
    return rename(temporary, name);
  };
  auto outcome = write_and_rename();
  if (!outcome) system().unlink_at(fd(), temporary.c_str());
  return outcome;
}

Result<void> Directory::remove_dead_temporaries(const std::string& name) const {
  for (const std::string& entry : TRY(list())) {
    if (!is_temporary_of(name, entry)) continue;
    const auto file = open_file(entry, OpenMode::read_write);
    const bool is_dead = file && system().try_lock(file->fd(), 0) >= 0;
    if (is_dead) system().unlink_at(fd(), entry.c_str());
  }
  return {};
}

}  // namespace estream::io
