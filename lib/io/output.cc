#include "io/output.h"

#include <array>
#include <cerrno>

#include "io/file.h"

namespace estream::io {

namespace {

constexpr std::size_t buffer_bytes = 128 << 10;

}  // namespace

Output::Output(System& system, int fd, std::string name)
    : system_(&system), fd_(fd), name_(std::move(name)) {
  buffer_.reserve(buffer_bytes);
}

Result<void> Output::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > buffer_bytes) {
    TRY(flush());
    // A large piece goes out as it is: copying it first would double the work of a bulk read.
    if (bytes.size() >= buffer_bytes / 2) return write_through(bytes);
  }
  buffer_.append(bytes);
  return {};
}

Result<void> Output::flush() {
  auto outcome = write_through(buffer_);
  buffer_.clear();
  return outcome;
}

Result<void> Output::write_through(std::string_view bytes) {
  if (refusal_ < 0) return system_error(name_, "write", refusal_);
  while (!bytes.empty() && !is_closed_) {
    const std::int64_t count = system_->write(fd_, as_bytes(bytes));
    if (count == -EINTR) continue;
    if (count == -EAGAIN) {
      std::array<PollEntry, 1> wait = {{{.fd = fd_, .for_output = true}}};
      system_->poll(wait, -1);
      continue;
    }
    if (count == -EPIPE) {
      is_closed_ = true;
      break;
    }
    if (count <= 0) {
      // An output that takes nothing and gives no reason would be asked for ever.
      refusal_ = count < 0 ? count : -EIO;
      return system_error(name_, "write", refusal_);
    }
    written_bytes_ += count;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace estream::io
