#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"
#include "io/system.h"

namespace estream::write {

// A thread that calls `sync` when something was appended and either the interval is over or nobody
// wants to wait: one sync for all that came since the last.
class BackgroundSync {
 public:
  BackgroundSync(std::int64_t interval_ns, std::function<Result<void>()> sync);
  ~BackgroundSync();

  // Before anything else.
  Result<void> start();

  // Something was appended that the next sync has to cover.
  void note_appended();
  // Do not wait for the interval.
  void request();
  // Nothing will be synced any more; io::request_stop was called, and finish() says why.
  bool has_failed();
  // Syncs once more if need be, ends the thread, and answers with the first error of all syncs.
  Result<void> finish();

 private:
  void run();

  std::chrono::nanoseconds interval_;
  std::function<Result<void>()> sync_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_work_ = false;
  bool is_requested_ = false;
  bool is_ending_ = false;
  std::optional<Error> failure_;
  std::thread thread_;
};

}  // namespace estream::write
