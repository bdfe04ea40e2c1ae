#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "read/batch_stage.h"
#include "read/batch_work.h"

namespace estream::read {

// Runs BatchStage over batches ahead of the thread that prints. That thread helps: it decodes a
// batch itself if it needs the batch and no other thread has begun it. So a few threads are enough,
// and even none is valid. Threads are started only when there is enough work for them. The main
// thread alone reads a short topic.
class DecodePool {
 public:
  DecodePool(const StagePlan& plan, std::size_t threads_max);
  ~DecodePool();
  DecodePool(const DecodePool&) = delete;
  DecodePool& operator=(const DecodePool&) = delete;

  // `work` must not move until finish() has returned for it, or until the pool is destroyed. If it
  // was already submitted, this does nothing.
  void submit(BatchWork& work);

  // Returns when `work` is done. Only for the thread that submits.
  void finish(BatchWork& work);

  // Takes `work` back, done or not, and releases the memory that decoding it took. It may be
  // submitted again; if it is not, finish() decodes it. Only for the thread that submits.
  void recall(BatchWork& work);

  // The stage of the thread that submits.
  BatchStage& own_stage() { return own_stage_; }

 private:
  void start_threads();
  void run_thread();
  // Takes a waiting work, runs it without the lock, and takes the lock again.
  void run(std::unique_lock<std::mutex>& lock, BatchStage& stage, BatchWork& work);
  void take_out(const BatchWork& work);

  const StagePlan* plan_;
  std::size_t threads_max_;
  BatchStage own_stage_;
  std::size_t submitted_bytes_ = 0;

  std::mutex mutex_;  // Guards what follows, and BatchWork::state.
  std::condition_variable submitted_;
  std::condition_variable done_;
  std::deque<BatchWork*> waiting_;
  bool is_stopping_ = false;

  std::vector<std::thread> threads_;
};

// How many threads are useful on this machine, besides the main one.
std::size_t spare_threads();

}  // namespace estream::read
