#include "io/range_lock.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "io/deadline.h"

namespace estream::io {

namespace {

constexpr std::int64_t first_pause_ns = 20'000;
constexpr std::int64_t longest_pause_ns = 2'000'000;

}  // namespace

Result<RangeLock> RangeLock::acquire(const File& file, std::uint64_t byte,
                                     std::int64_t timeout_ns) {
  System& system = file.system();
  const std::int64_t deadline = deadline_after(system, timeout_ns);
  std::int64_t pause = first_pause_ns;
  for (;;) {
    const int answer = system.try_lock(file.fd(), byte);
    if (answer >= 0) return RangeLock(file, byte);
    if (answer != -EAGAIN && answer != -EINTR) return system_error(file.name(), "lock", answer);
    if (system.monotonic_ns() >= deadline) {
      return Error::in_file(Error::Code::busy, file.name(),
                            "is held by another process; run it again, or wait longer (-T)");
    }
    // This polls, because a blocking F_OFD_SETLKW has no deadline. The jitter prevents that writers
    // that began together try at the same time again and again.
    const auto jitter =
        static_cast<std::int64_t>(system.random() % static_cast<std::uint64_t>(pause));
    system.sleep_ns(pause / 2 + jitter);
    pause = std::min(pause * 2, longest_pause_ns);
  }
}

RangeLock::RangeLock(RangeLock&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)), byte_(other.byte_) {}

RangeLock::~RangeLock() {
  if (file_ != nullptr) file_->system().unlock(file_->fd(), byte_);
}

Result<bool> is_locked(const File& file, std::uint64_t byte) {
  const int answer = file.system().is_locked(file.fd(), byte);
  if (answer < 0) return system_error(file.name(), "look at the lock", answer);
  return answer > 0;
}

}  // namespace estream::io
