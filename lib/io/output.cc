#include "io/output.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "io/signals.h"

namespace estream::io {

namespace {

constexpr std::size_t buffer_bytes = 128 << 10;
constexpr std::size_t piece_bytes = 4 << 10;

// After a stop signal, a reader that still reads gets the rest of the current write, so that no
// line is cut.
constexpr int grace_ms = 100;

// A descriptor cannot be made non-blocking, because other processes may share it. So a pipe is
// opened a second time. This is not possible for a file, whose position would be another one.
std::optional<File> open_unblocked(System& system, int fd, const std::string& name) {
  FileStatus status;
  if (system.status(fd, status) < 0) return std::nullopt;
  if (status.kind != FileStatus::Kind::pipe && !is_terminal(fd)) return std::nullopt;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
  const int opened = system.open_at(system.current_directory(), path.c_str(), flags, 0);
  if (opened < 0) return std::nullopt;
  return File(system, opened, name);
}

}  // namespace

Output::Output(System& system, int fd, std::string name)
    : system_(&system), fd_(fd), name_(std::move(name)) {
  buffer_.reserve(buffer_bytes);
}

void Output::limit_waits(std::optional<std::int64_t> deadline_ns) {
  has_limit_ = true;
  deadline_ns_ = deadline_ns;
  unblocked_ = open_unblocked(*system_, fd_, name_);
  if (unblocked_) return;
  // A descriptor that is ready takes a small piece without a wait. Files, and devices such as
  // /dev/null, are always ready.
  FileStatus status;
  const bool is_known = system_->status(fd_, status) == 0;
  is_in_pieces_ = is_known && (status.kind == FileStatus::Kind::pipe ||
                               status.kind == FileStatus::Kind::socket || is_terminal(fd_));
}

Result<void> Output::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > buffer_bytes) {
    TRY(flush());
    // A large piece is written without a copy, because a copy would double the work.
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
    if (is_in_pieces_ && !wait_for_room()) break;
    const std::string_view piece = is_in_pieces_ ? bytes.substr(0, piece_bytes) : bytes;
    const int fd = unblocked_ ? unblocked_->fd() : fd_;
    const std::int64_t count = system_->write(fd, as_bytes(piece));
    if (count == -EINTR) continue;
    if (count == -EAGAIN) {
      wait_for_room();
      continue;
    }
    if (count == -EPIPE) {
      is_closed_ = true;
      break;
    }
    if (count <= 0) {
      // Otherwise this would loop for ever on an output that takes no bytes and reports no error.
      refusal_ = count < 0 ? count : -EIO;
      return system_error(name_, "write", refusal_);
    }
    written_bytes_ += count;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// False when the wait was given up; the output is then closed.
bool Output::wait_for_room() {
  for (;;) {
    const std::int64_t left_ns =
        deadline_ns_ ? std::max<std::int64_t>(*deadline_ns_ - system_->monotonic_ns(), 0) : 0;
    const bool is_over = has_limit_ && (stop_signal() != 0 || (deadline_ns_ && left_ns == 0));
    const bool is_told = has_limit_ && !is_over && stop_descriptor() >= 0;
    int wait_ms = -1;
    if (is_over) {
      wait_ms = grace_ms;
    } else if (deadline_ns_) {
      wait_ms = static_cast<int>(std::min<std::int64_t>(left_ns / 1'000'000 + 1, INT32_MAX));
    }
    std::array<PollEntry, 2> entries = {
        {{.fd = fd_, .for_output = true}, {.fd = stop_descriptor()}}};
    const int ready = system_->poll(std::span(entries).first(is_told ? 2 : 1), wait_ms);
    // Without a limit there is nothing else to wait for; the next write returns the error.
    if (entries[0].is_ready || !has_limit_ || (ready < 0 && ready != -EINTR)) return true;
    if (!is_over || ready != 0) continue;
    is_closed_ = true;
    has_given_up_ = true;
    return false;
  }
}

}  // namespace estream::io
