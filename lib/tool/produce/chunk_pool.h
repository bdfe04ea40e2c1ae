#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "tool/produce/chunk.h"

namespace estream::tool {

// The chunks that are not under way. Their number bounds the memory of a run.
class ChunkPool {
 public:
  explicit ChunkPool(std::size_t count) {
    for (std::size_t i = 0; i < count; i++) free_.push_back(std::make_unique<Chunk>());
  }

  // An empty chunk; waits until there is one.
  std::unique_ptr<Chunk> take() {
    std::unique_lock guard(mutex_);
    returned_.wait(guard, [&] { return !free_.empty(); });
    std::unique_ptr<Chunk> chunk = std::move(free_.back());
    free_.pop_back();
    return chunk;
  }

  void give_back(std::unique_ptr<Chunk> chunk) {
    chunk->reset();
    const std::scoped_lock guard(mutex_);
    free_.push_back(std::move(chunk));
    returned_.notify_one();
  }

  bool is_empty() {
    const std::scoped_lock guard(mutex_);
    return free_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Chunk>> free_;  // The last one used is the first to go: it is warm.
};

}  // namespace estream::tool
