#include "io/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace estream::io {

namespace {

constexpr std::size_t copy_bytes = 1 << 20;
constexpr std::uint32_t unchanged = UINT32_MAX;

// Advice for errors whose reason alone does not help a person.
const char* advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space";
    case EMFILE:
    case ENFILE:
      return "; raise the limit of open files (ulimit -n)";
    case EROFS:
      return "; mount it for writing";
    default:
      return "";
  }
}

Error::Code code_of(int error) {
  if (error == ENOENT || error == ENOTDIR) return Error::Code::not_found;
  if (error == EEXIST || error == ENOTEMPTY) return Error::Code::exists;
  return Error::Code::io;
}

}  // namespace

Error system_error(const std::string& name, const char* verb, std::int64_t negative_errno) {
  const int error = static_cast<int>(-negative_errno);
  return Error::in_file(
      code_of(error), name,
      std::string("cannot ") + verb + ": " + std::strerror(error) + advice(error));
}

Result<void> give_access(System& system, int fd, const std::string& name, FileStatus own,
                         const FileStatus& like) {
  if (own.owner != like.owner || own.group != like.group) {
    int answer = system.change_owner(fd, like.owner, like.group);
    if (answer < 0) answer = system.change_owner(fd, unchanged, like.group);
    // A failed change of the owner is not an error. The owner that the file now has counts.
    answer = system.status(fd, own);
    if (answer < 0) return system_error(name, "stat", answer);
  }
  unsigned mode = like.mode & (own.kind == FileStatus::Kind::directory ? 07777U : 0666U);
  if (own.group != like.group) mode &= ~070U | (mode & 07U) << 3U;
  if (own.mode == mode) return {};
  const int answer = system.change_mode(fd, mode);
  // Some file systems have no permissions.
  const bool is_refusal = answer == -EPERM || answer == -EOPNOTSUPP || answer == -ENOSYS;
  if (answer < 0 && !is_refusal) return system_error(name, "change the mode", answer);
  return {};
}

File::~File() {
  if (fd_ >= 0) system_->close(fd_);
}

File::File(File&& other) noexcept
    : system_(other.system_), fd_(std::exchange(other.fd_, -1)), name_(std::move(other.name_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(system_, other.system_);
  std::swap(fd_, other.fd_);
  std::swap(name_, other.name_);
  return *this;
}

Result<std::size_t> File::read_at(std::uint64_t position, MutableBytes out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const std::int64_t count = system_->pread(fd_, out.subspan(done), position + done);
    if (count == -EINTR) continue;
    if (count < 0) return system_error(name_, "read", count);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Result<void> File::write_at(std::uint64_t position, Bytes bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::int64_t count = system_->pwrite(fd_, bytes.subspan(done), position + done);
    if (count == -EINTR) continue;
    if (count < 0) return system_error(name_, "write", count);
    // Otherwise this would loop for ever on a file that takes no bytes and reports no error.
    if (count == 0) return system_error(name_, "write", -EIO);
    done += static_cast<std::size_t>(count);
  }
  return {};
}

Result<void> File::truncate(std::uint64_t size_bytes) {
  const int answer = system_->truncate(fd_, size_bytes);
  if (answer < 0) return system_error(name_, "truncate", answer);
  return {};
}

Result<bool> File::clone_from(const File& source) {
  const int answer = system_->clone(source.fd(), fd_);
  if (answer >= 0) return true;
  // Each file system has its own errno for "not supported". So every other answer counts as that.
  // If it was a real error, the copy that the caller makes then reports it.
  const bool is_failure = answer == -EIO || answer == -ENOSPC || answer == -EDQUOT;
  return is_failure ? Result<bool>(system_error(name_, "clone", answer)) : false;
}

// Neither sync is ever retried, not even after EINTR: a second call may report success for pages
// that the first one lost.
Result<void> File::sync_data() {
  const int answer = system_->fdatasync(fd_);
  if (answer < 0) return system_error(name_, "sync", answer);
  return {};
}

Result<void> File::sync() {
  const int answer = system_->fsync(fd_);
  if (answer < 0) return system_error(name_, "sync", answer);
  return {};
}

Result<FileStatus> File::status() const {
  FileStatus status;
  const int answer = system_->status(fd_, status);
  if (answer < 0) return system_error(name_, "stat", answer);
  return status;
}

Result<void> File::take_access(const FileStatus& like) {
  const FileStatus own = TRY(status());
  return give_access(*system_, fd_, name_, own, like);
}

Result<std::uint64_t> File::size_bytes() const {
  const FileStatus now = TRY(status());
  return now.size_bytes;
}

Result<void> File::close() {
  // Not repeated after EINTR: Linux has released the descriptor, and its number may be in use.
  const int answer = system_->close(std::exchange(fd_, -1));
  if (answer < 0 && answer != -EINTR) return system_error(name_, "close", answer);
  return {};
}

Result<void> copy_range(const File& source, std::uint64_t from, std::uint64_t to, File& destination,
                        std::uint64_t target) {
  std::vector<std::byte> buffer(std::min<std::uint64_t>(copy_bytes, to - from));
  while (from < to) {
    const auto wanted = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), to - from));
    const std::size_t count = TRY(source.read_at(from, wanted));
    if (count < wanted.size()) return system_error(source.name(), "read", -EIO);
    TRY(destination.write_at(target, wanted));
    from += count;
    target += count;
  }
  return {};
}

namespace {

struct Extent {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

// The first part of [from, to) that is not a hole; empty and at `to` when there is none. If the
// file system does not report holes, it is the whole range.
Result<Extent> next_extent(const File& file, std::uint64_t from, std::uint64_t to) {
  System& system = file.system();
  const std::int64_t data = system.seek_data(file.fd(), from);
  if (data == -ENXIO) return Extent{to, to};
  if (data == -EINVAL || data == -EOPNOTSUPP) return Extent{from, to};
  if (data < 0) return system_error(file.name(), "seek in", data);
  const std::int64_t hole = system.seek_hole(file.fd(), static_cast<std::uint64_t>(data));
  if (hole < 0) return system_error(file.name(), "seek in", hole);
  return Extent{std::min(static_cast<std::uint64_t>(data), to),
                std::min(static_cast<std::uint64_t>(hole), to)};
}

// Calls `see` with each piece that is not a hole, and its position, until `see` returns false.
template <class See>
Result<void> read_extents(const File& file, std::uint64_t from, std::uint64_t to, See see) {
  std::vector<std::byte> buffer;
  while (from < to) {
    const Extent extent = TRY(next_extent(file, from, to));
    for (std::uint64_t at = extent.from; at < extent.to;) {
      buffer.resize(std::min<std::uint64_t>(copy_bytes, extent.to - at));
      const std::size_t count = TRY(file.read_at(at, buffer));
      if (count == 0) return {};
      const bool goes_on = TRY(see(Bytes(buffer).first(count), at));
      if (!goes_on) return {};
      at += count;
    }
    from = extent.to;
  }
  return {};
}

bool is_not_zero(std::byte byte) { return byte != std::byte{0}; }

}  // namespace

Result<void> copy_sparse(const File& source, std::uint64_t from, std::uint64_t to,
                         File& destination) {
  TRY(destination.truncate(to - from));
  return read_extents(source, from, to, [&](Bytes bytes, std::uint64_t at) -> Result<bool> {
    TRY(destination.write_at(at - from, bytes));
    return true;
  });
}

Result<std::uint64_t> first_non_zero(const File& file, std::uint64_t from, std::uint64_t to) {
  std::uint64_t found = to;
  TRY(read_extents(file, from, to, [&](Bytes bytes, std::uint64_t at) -> Result<bool> {
    const auto byte = std::ranges::find_if(bytes, is_not_zero);
    if (byte == bytes.end()) return true;
    found = at + static_cast<std::uint64_t>(byte - bytes.begin());
    return false;
  }));
  return found;
}

}  // namespace estream::io
