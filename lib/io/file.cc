#include "io/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace estream::io {

namespace {

constexpr std::size_t copy_bytes = 1 << 20;

// Advice where the plain reason leaves the person at a loss.
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
  return {code_of(error), name + ": cannot " + verb + ": " + std::strerror(error) + advice(error)};
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
    // A file that takes nothing and gives no reason would be asked for ever.
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
  // Of the many ways to say "not here" each file system has its own; a copy meets what is left.
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

}  // namespace estream::io
