#include "read/decode_pool.h"

#include <algorithm>

#include "io/thread.h"

namespace estream::read {

namespace {

// Starting a thread takes about as long as decoding this much.
constexpr std::size_t bytes_before_threads = 256 << 10;
constexpr std::size_t spare_threads_max = 4;

}  // namespace

std::size_t spare_threads() {
  const std::size_t processors = std::thread::hardware_concurrency();
  return processors < 2 ? 0 : std::min(processors - 1, spare_threads_max);
}

DecodePool::DecodePool(const StagePlan& plan, std::size_t threads_max)
    : plan_(&plan), threads_max_(threads_max), own_stage_(plan) {}

DecodePool::~DecodePool() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  submitted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void DecodePool::submit(BatchWork& work) {
  std::size_t waiting_count = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (work.state != BatchWork::State::idle) return;
    work.state = BatchWork::State::waiting;
    waiting_.push_back(&work);
    waiting_count = waiting_.size();
  }
  submitted_bytes_ += work.bytes.size();
  if (!threads_.empty()) {
    submitted_.notify_one();
  } else if (submitted_bytes_ >= bytes_before_threads && waiting_count > 1) {
    start_threads();
  }
}

void DecodePool::start_threads() {
  for (std::size_t i = 0; i < threads_max_; i++) {
    auto thread = io::start_thread([this] { run_thread(); });
    if (!thread) break;  // The thread that waits for a batch then decodes it.
    threads_.push_back(*std::move(thread));
  }
}

void DecodePool::run_thread() {
  BatchStage stage(*plan_);
  std::unique_lock lock(mutex_);
  for (;;) {
    submitted_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    if (is_stopping_) return;
    run(lock, stage, *waiting_.front());
  }
}

void DecodePool::run(std::unique_lock<std::mutex>& lock, BatchStage& stage, BatchWork& work) {
  take_out(work);
  work.state = BatchWork::State::working;
  lock.unlock();
  stage.run(work);
  lock.lock();
  work.state = BatchWork::State::done;
  done_.notify_one();
}

void DecodePool::take_out(const BatchWork& work) {
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &work));
}

void DecodePool::recall(BatchWork& work) {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&work] { return work.state != BatchWork::State::working; });
  if (work.state == BatchWork::State::waiting) take_out(work);
  work.state = BatchWork::State::idle;
  work.release_decoded();
}

void DecodePool::finish(BatchWork& work) {
  std::unique_lock lock(mutex_);
  if (work.state == BatchWork::State::idle) {
    work.state = BatchWork::State::waiting;
    waiting_.push_front(&work);
  }
  while (work.state != BatchWork::State::done) {
    if (work.state == BatchWork::State::waiting) {
      run(lock, own_stage_, work);
    } else if (!waiting_.empty()) {
      run(lock, own_stage_, *waiting_.front());
    } else {
      done_.wait(lock);
    }
  }
  work.state = BatchWork::State::idle;
}

}  // namespace estream::read
