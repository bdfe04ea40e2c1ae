#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "io/thread.h"

namespace estream::io {

// A few threads that work on items in parallel. The items come out in the order in which they went
// in. The caller of push() limits the number of items under way.
template <class Item>
class OrderedWorkers {
 public:
  // `work` is called with the number of the worker and an item, by one thread for each worker.
  explicit OrderedWorkers(std::function<void(std::size_t, Item&)> work) : work_(std::move(work)) {}

  ~OrderedWorkers() {
    close();
    for (std::thread& thread : threads_) thread.join();
  }

  // Starts as many workers as the system allows, up to `worker_count`. An error when it allows
  // none.
  Result<void> start(std::size_t worker_count) {
    for (std::size_t i = 0; i < worker_count; i++) {
      auto thread = start_thread([this, i] { run(i); });
      if (!thread && i == 0) return std::move(thread).error();
      if (!thread) break;
      threads_.push_back(*std::move(thread));
    }
    return {};
  }

  void push(std::unique_ptr<Item> item) {
    const std::scoped_lock guard(mutex_);
    slots_.push_back({std::move(item), State::waiting});
    changed_.notify_all();
  }

  // Waits for the oldest item to be finished and returns it; null after close() when there are no
  // more.
  std::unique_ptr<Item> pop() {
    std::unique_lock guard(mutex_);
    changed_.wait(
        guard, [&] { return slots_.empty() ? is_closed_ : slots_.front().state == State::done; });
    if (slots_.empty()) return nullptr;
    std::unique_ptr<Item> item = std::move(slots_.front().item);
    slots_.pop_front();
    first_++;
    return item;
  }

  // To be called when nothing more will be pushed.
  void close() {
    const std::scoped_lock guard(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }

 private:
  enum class State { waiting, working, done };
  struct Slot {
    std::unique_ptr<Item> item;
    State state;
  };

  // The index in slots_ of the oldest waiting item; the size of slots_ if none waits.
  std::size_t find_waiting() const {
    std::size_t i = 0;
    while (i < slots_.size() && slots_[i].state != State::waiting) i++;
    return i;
  }

  void run(std::size_t worker) {
    std::unique_lock guard(mutex_);
    for (;;) {
      changed_.wait(guard, [&] { return find_waiting() < slots_.size() || is_closed_; });
      const std::size_t index = find_waiting();
      if (index == slots_.size()) return;
      slots_[index].state = State::working;
      Item& item = *slots_[index].item;
      const std::size_t number = first_ + index;
      guard.unlock();
      work_(worker, item);
      guard.lock();
      slots_[number - first_].state = State::done;
      changed_.notify_all();
    }
  }

  std::function<void(std::size_t, Item&)> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Slot> slots_;
  std::size_t first_ = 0;  // The number of slots_.front() among all items.
  bool is_closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace estream::io
