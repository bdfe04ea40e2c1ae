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

// A thread that calls `sync` when something was appended, and the interval is over or request() was
// called. One sync covers everything that was appended since the last one.
class BackgroundSync {
 public:
  BackgroundSync(std::int64_t interval_ns, std::function<Result<void>()> sync);
  ~BackgroundSync();

  // To be called before all others.
  Result<void> start();

  // To be called after an append that the next sync has to cover.
  void note_appended();
  // Asks for a sync without waiting for the interval.
  void request();
  // Whether a sync has failed. Then nothing is synced any more, and io::request_stop() was called.
  // finish() returns the error.
  bool has_failed();
  // Syncs once more if needed, ends the thread, and returns the first error of all syncs.
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
