#include "write/background_sync.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "io/signals.h"
#include "io/thread.h"

namespace estream::write {

namespace {

// As good as never, and far from where the library's sums of times overflow.
constexpr std::int64_t longest_ns = INT64_MAX / 4;

}  // namespace

BackgroundSync::BackgroundSync(std::int64_t interval_ns, std::function<Result<void>()> sync)
    : interval_(std::min(interval_ns, longest_ns)), sync_(std::move(sync)) {}

Result<void> BackgroundSync::start() {
  thread_ = TRY(io::start_thread([this] { run(); }));
  return {};
}

BackgroundSync::~BackgroundSync() {
  if (thread_.joinable()) (void)finish();
}

void BackgroundSync::note_appended() {
  const std::scoped_lock guard(mutex_);
  has_work_ = true;
  changed_.notify_one();
}

void BackgroundSync::request() {
  const std::scoped_lock guard(mutex_);
  is_requested_ = true;
  changed_.notify_one();
}

bool BackgroundSync::has_failed() {
  const std::scoped_lock guard(mutex_);
  return failure_.has_value();
}

Result<void> BackgroundSync::finish() {
  {
    const std::scoped_lock guard(mutex_);
    is_ending_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  if (failure_) return *failure_;
  return {};
}

void BackgroundSync::run() {
  std::unique_lock guard(mutex_);
  for (;;) {
    changed_.wait(guard, [&] { return has_work_ || is_ending_; });
    if (!has_work_) return;
    changed_.wait_for(guard, interval_, [&] { return is_requested_ || is_ending_; });
    has_work_ = is_requested_ = false;
    guard.unlock();
    auto outcome = sync_();
    guard.lock();
    if (!outcome && !failure_) {
      failure_ = std::move(outcome).error();
      // Whoever waits for input must hear of it now, not when the next event comes.
      io::request_stop();
      return;
    }
  }
}

}  // namespace estream::write
