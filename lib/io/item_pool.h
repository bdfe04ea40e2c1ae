#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace estream::io {

// The free items of a pipeline. The number of items limits the memory of a run. An item has a
// reset() that empties it for its next use.
template <class Item>
class ItemPool {
 public:
  explicit ItemPool(std::size_t count) {
    for (std::size_t i = 0; i < count; i++) free_.push_back(std::make_unique<Item>());
  }

  // Returns an empty item; waits until there is one.
  std::unique_ptr<Item> take() {
    std::unique_lock guard(mutex_);
    returned_.wait(guard, [&] { return !free_.empty(); });
    std::unique_ptr<Item> item = std::move(free_.back());
    free_.pop_back();
    return item;
  }

  void give_back(std::unique_ptr<Item> item) {
    item->reset();
    const std::scoped_lock guard(mutex_);
    free_.push_back(std::move(item));
    returned_.notify_one();
  }

  bool is_empty() {
    const std::scoped_lock guard(mutex_);
    return free_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Item>> free_;  // The last one is taken first: it is in the cache.
};

}  // namespace estream::io
