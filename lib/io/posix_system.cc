#include "io/posix_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <string_view>

namespace estream::io {

namespace {

template <class T>
T or_errno(T answer) {
  return answer < 0 ? static_cast<T>(-errno) : answer;
}

struct timespec now_by(clockid_t clock) {
  struct timespec now = {};
  ::clock_gettime(clock, &now);
  return now;
}

// The sum is not made in nanoseconds, because 63 bits hold these only up to the year 2262.
std::int64_t to_ms(const struct timespec& time) {
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

FileStatus from_stat(const struct stat& from) {
  FileStatus status;
  if (S_ISREG(from.st_mode)) status.kind = FileStatus::Kind::regular;
  if (S_ISDIR(from.st_mode)) status.kind = FileStatus::Kind::directory;
  if (S_ISLNK(from.st_mode)) status.kind = FileStatus::Kind::link;
  if (S_ISFIFO(from.st_mode)) status.kind = FileStatus::Kind::pipe;
  if (S_ISSOCK(from.st_mode)) status.kind = FileStatus::Kind::socket;
  status.size_bytes = static_cast<std::uint64_t>(from.st_size);
  status.device = from.st_dev;
  status.inode = from.st_ino;
  status.link_count = from.st_nlink;
  status.mode = from.st_mode & 07777U;
  status.owner = from.st_uid;
  status.group = from.st_gid;
  status.modified_ms = to_ms(from.st_mtim);
  return status;
}

int read_names(int directory, std::vector<std::string>& names) {
  // A descriptor of its own: closedir() closes it, and its place in the list starts at the top.
  const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return -errno;
  DIR* stream = ::fdopendir(copy);
  if (stream == nullptr) {
    const int failure = -errno;
    ::close(copy);
    return failure;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int failure = -errno;
  ::closedir(stream);
  return failure;
}

int change_lock(int fd, std::uint64_t byte, short type) {
  struct flock request = {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = static_cast<off_t>(byte);
  request.l_len = 1;
  return or_errno(::fcntl(fd, F_OFD_SETLK, &request));
}

std::uint32_t mask_of(WatchFor what) {
  switch (what) {
    case WatchFor::change:
      return IN_MODIFY;
    case WatchFor::last_close:
      return IN_CLOSE_WRITE;
    case WatchFor::names:
      return IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE;
    case WatchFor::nothing:
      return IN_DELETE_SELF | IN_MASK_ADD;  // A mask without an event is refused.
  }
  return IN_MODIFY;
}

std::optional<BootId> read_boot_id() {
  const int fd = ::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::array<char, 36> text = {};
  const ssize_t count = ::read(fd, text.data(), text.size());
  ::close(fd);
  if (count != std::ssize(text)) return std::nullopt;
  BootId id = {};
  std::size_t digit = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const int value = c <= '9' ? c - '0' : c - 'a' + 10;
    if (value < 0 || value > 15 || digit >= 2 * id.size()) return std::nullopt;
    id[digit / 2] |= static_cast<std::byte>(digit % 2 == 0 ? value << 4 : value);
    digit++;
  }
  return id;
}

}  // namespace

int PosixSystem::current_directory() const { return AT_FDCWD; }

int PosixSystem::open_at(int directory, const char* name, int flags, unsigned mode) {
  return or_errno(::openat(directory, name, flags | O_CLOEXEC, mode));
}

int PosixSystem::close(int fd) { return or_errno(::close(fd)); }

std::int64_t PosixSystem::read(int fd, MutableBytes out) {
  return or_errno(::read(fd, out.data(), out.size()));
}

std::int64_t PosixSystem::write(int fd, Bytes bytes) {
  return or_errno(::write(fd, bytes.data(), bytes.size()));
}

std::int64_t PosixSystem::pread(int fd, MutableBytes out, std::uint64_t position) {
  return or_errno(::pread(fd, out.data(), out.size(), static_cast<off_t>(position)));
}

std::int64_t PosixSystem::pwrite(int fd, Bytes bytes, std::uint64_t position) {
  return or_errno(::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(position)));
}

int PosixSystem::truncate(int fd, std::uint64_t size_bytes) {
  return or_errno(::ftruncate(fd, static_cast<off_t>(size_bytes)));
}

std::int64_t PosixSystem::seek_data(int fd, std::uint64_t position) {
  return or_errno(::lseek(fd, static_cast<off_t>(position), SEEK_DATA));
}

std::int64_t PosixSystem::seek_hole(int fd, std::uint64_t position) {
  return or_errno(::lseek(fd, static_cast<off_t>(position), SEEK_HOLE));
}

int PosixSystem::change_owner(int fd, std::uint32_t owner, std::uint32_t group) {
  return or_errno(::fchown(fd, owner, group));
}

int PosixSystem::change_mode(int fd, unsigned mode) { return or_errno(::fchmod(fd, mode)); }

int PosixSystem::fsync(int fd) { return or_errno(::fsync(fd)); }
int PosixSystem::fdatasync(int fd) { return or_errno(::fdatasync(fd)); }

int PosixSystem::clone(int from_fd, int to_fd) {
  return or_errno(::ioctl(to_fd, FICLONE, from_fd));
}

int PosixSystem::status(int fd, FileStatus& out) {
  struct stat raw = {};
  const int answer = or_errno(::fstat(fd, &raw));
  if (answer == 0) out = from_stat(raw);
  return answer;
}

int PosixSystem::status_at(int directory, const char* name, FileStatus& out) {
  struct stat raw = {};
  const int answer = or_errno(::fstatat(directory, name, &raw, AT_SYMLINK_NOFOLLOW));
  if (answer == 0) out = from_stat(raw);
  return answer;
}

int PosixSystem::rename_at(int directory, const char* from, const char* to) {
  return or_errno(::renameat(directory, from, directory, to));
}

int PosixSystem::link_at(int from_directory, const char* from, int to_directory, const char* to) {
  return or_errno(::linkat(from_directory, from, to_directory, to, 0));
}

int PosixSystem::unlink_at(int directory, const char* name) {
  return or_errno(::unlinkat(directory, name, 0));
}

int PosixSystem::remove_directory_at(int directory, const char* name) {
  return or_errno(::unlinkat(directory, name, AT_REMOVEDIR));
}

int PosixSystem::make_directory_at(int directory, const char* name, unsigned mode) {
  return or_errno(::mkdirat(directory, name, mode));
}

// If rename() gives an existing name to another file while the directory is read, the name may be
// missing or come twice. For example, tmpfs moves the name to the end, and a long list comes from
// several system calls. So the directory is read twice: a name that is missed the first time is
// found at its new place the second time.
int PosixSystem::list(int directory, std::vector<std::string>& names) {
  names.clear();
  for (int reading = 1; reading <= 2; reading++) {
    if (const int failure = read_names(directory, names); failure != 0) return failure;
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return 0;
}

int PosixSystem::try_lock(int fd, std::uint64_t byte) {
  const int answer = change_lock(fd, byte, F_WRLCK);
  return answer == -EACCES ? -EAGAIN : answer;
}

int PosixSystem::unlock(int fd, std::uint64_t byte) { return change_lock(fd, byte, F_UNLCK); }

int PosixSystem::is_locked(int fd, std::uint64_t byte) {
  struct flock request = {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  request.l_start = static_cast<off_t>(byte);
  request.l_len = 1;
  const int answer = or_errno(::fcntl(fd, F_OFD_GETLK, &request));
  return answer < 0 ? answer : static_cast<int>(request.l_type != F_UNLCK);
}

int PosixSystem::file_system_type(int fd, std::uint32_t& out) {
  struct statfs raw = {};
  const int answer = or_errno(::fstatfs(fd, &raw));
  if (answer == 0) out = static_cast<std::uint32_t>(raw.f_type);
  return answer;
}

int PosixSystem::poll(std::span<PollEntry> entries, int timeout_ms) {
  std::vector<pollfd> raw;
  raw.reserve(entries.size());
  for (const PollEntry& entry : entries) {
    const int wanted = entry.for_output ? POLLOUT : POLLIN;
    raw.push_back({entry.fd, static_cast<short>(entry.for_hangup ? 0 : wanted), 0});
  }
  const int answer = or_errno(::poll(raw.data(), raw.size(), timeout_ms));
  for (std::size_t i = 0; i < entries.size(); i++) {
    entries[i].is_ready = answer > 0 && raw[i].revents != 0;
  }
  return answer;
}

int PosixSystem::watch_open() { return or_errno(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int PosixSystem::watch_add(int watch, int directory, const char* name, WatchFor what) {
  // inotify takes paths only; the directory's own descriptor names it without a second look-up.
  const std::string path = directory == AT_FDCWD
                               ? std::string(name)
                               : "/proc/self/fd/" + std::to_string(directory) + "/" + name;
  return or_errno(::inotify_add_watch(watch, path.c_str(), mask_of(what)));
}

std::int64_t PosixSystem::monotonic_ns() {
  const struct timespec now = now_by(CLOCK_MONOTONIC);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}
std::int64_t PosixSystem::wall_clock_ms() { return to_ms(now_by(CLOCK_REALTIME)); }

void PosixSystem::sleep_ns(std::int64_t duration_ns) {
  struct timespec duration = {duration_ns / 1'000'000'000, duration_ns % 1'000'000'000};
  ::nanosleep(&duration, nullptr);
}

std::uint64_t PosixSystem::random() {
  std::uint64_t value = 0;
  if (::getrandom(&value, sizeof value, 0) != sizeof value) {
    value = static_cast<std::uint64_t>(monotonic_ns()) ^
            (static_cast<std::uint64_t>(process_id()) << 32);
  }
  return value;
}

std::int32_t PosixSystem::process_id() { return ::getpid(); }

std::optional<BootId> PosixSystem::boot_id() {
  static const std::optional<BootId> id = read_boot_id();
  return id;
}

}  // namespace estream::io
