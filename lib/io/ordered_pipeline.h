#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/result.h"
#include "io/ordered_workers.h"
#include "io/thread.h"

namespace estream::io {

// How many workers are useful on this machine.
inline std::size_t worker_count() {
  constexpr std::size_t most = 4;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most);
}

// A few threads work on items in parallel. Then one more thread takes the items, in the order in
// which they went in. So batches that are built in parallel are appended in the order of the input.
//
//   TRY(pipeline.start(4, work, take));
//   while (...) pipeline.push(std::move(item));
//   pipeline.finish();
//
// The caller of push() limits the number of items under way; see ItemPool.
template <class Item>
class OrderedPipeline {
 public:
  using Work = std::function<void(std::size_t worker, Item&)>;
  using Take = std::function<void(std::unique_ptr<Item>)>;

  ~OrderedPipeline() { finish(); }

  // Starts as many workers as the system allows, up to `worker_count`. To be called once, before
  // all others.
  Result<void> start(std::size_t worker_count, Work work, Take take) {
    workers_.emplace(std::move(work));
    TRY(workers_->start(worker_count));
    taker_ = TRY(start_thread([this, take = std::move(take)] { take_all(take); }));
    return {};
  }

  bool is_started() const { return taker_.joinable(); }

  void push(std::unique_ptr<Item> item) {
    {
      const std::scoped_lock guard(mutex_);
      under_way_++;
    }
    workers_->push(std::move(item));
  }

  // Returns when all pushed items have been taken.
  void drain() {
    std::unique_lock guard(mutex_);
    taken_.wait(guard, [this] { return under_way_ == 0; });
  }

  // The same, and ends the threads. Nothing may be pushed after it.
  void finish() {
    if (workers_) workers_->close();
    if (taker_.joinable()) taker_.join();
  }

 private:
  void take_all(const Take& take) {
    while (std::unique_ptr<Item> item = workers_->pop()) {
      take(std::move(item));
      const std::scoped_lock guard(mutex_);
      under_way_--;
      taken_.notify_all();
    }
  }

  std::optional<OrderedWorkers<Item>> workers_;
  std::mutex mutex_;
  std::condition_variable taken_;
  std::int64_t under_way_ = 0;
  std::thread taker_;
};

}  // namespace estream::io
