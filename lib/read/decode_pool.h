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

// Runs BatchStage over batches ahead of the thread that prints. That thread helps: whatever it
// needs and nobody has begun it decodes itself. So a few threads suffice, none at all is a valid
// number, and none is started before there is enough work to pay for it: a short topic is read by
// the main thread alone.
class DecodePool {
 public:
  DecodePool(const StagePlan& plan, std::size_t threads_max);
  ~DecodePool();
  DecodePool(const DecodePool&) = delete;
  DecodePool& operator=(const DecodePool&) = delete;

  // `work` must stay where it is until finish() has returned for it, or the pool is gone. Nothing
  // happens to one that is under way already.
  void submit(BatchWork& work);

  // Returns when `work` is done. Only for the thread that submits.
  void finish(BatchWork& work);

  // Takes `work` back, done or not, and the memory that decoding it took. It may be submitted
  // again; finish() decodes it otherwise. Only for that thread.
  void recall(BatchWork& work);

  // The stage of that thread.
  BatchStage& own_stage() { return own_stage_; }

 private:
  void start_threads();
  void run_thread();
  // Takes over a work that waits, runs it, and holds the lock again.
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

// How many threads are worth starting on this machine, beside the main one.
std::size_t spare_threads();

}  // namespace estream::read
