#include "tool/replay/copy_appender.h"

#include <utility>

#include "write/append_reach.h"

namespace estream::tool {

namespace {

// One batch is filled for each partition; the others are compressed, appended, or wait for that.
std::size_t batch_count(const write::PartitionWriters& writers, std::size_t workers) {
  return static_cast<std::size_t>(writers.partition_count()) + workers * 2 + 1;
}

}  // namespace

CopyAppender::CopyAppender(const CopyOptions& options, write::PartitionWriters& writers,
                           NamedCopy* named)
    : options_(&options),
      writers_(&writers),
      named_(named),
      pool_(batch_count(writers, io::worker_count())) {}

Result<void> CopyAppender::start_sync() {
  if (options_->target.sync_level != log::SyncLevel::interval) return {};
  background_ = std::make_unique<write::BackgroundSync>(options_->sync_interval_ns,
                                                        [this] { return sync(); });
  return background_->start();
}

// Not before there is something to append: a copy of nothing starts no thread.
Result<void> CopyAppender::start_threads() {
  const std::size_t workers = io::worker_count();
  for (std::size_t i = 0; i < workers; i++) {
    spaces_.push_back(std::make_unique<CompressionSpace>());
  }
  return pipeline_.start(
      workers, [this](std::size_t worker, CopyBatch& batch) { compress(worker, batch); },
      [this](std::unique_ptr<CopyBatch> batch) { take(std::move(batch)); });
}

std::unique_ptr<CopyBatch> CopyAppender::take_empty() {
  std::unique_ptr<CopyBatch> batch = pool_.take();
  batch->builder.begin();
  return batch;
}

Result<void> CopyAppender::append(std::unique_ptr<CopyBatch> batch) {
  if (!pipeline_.is_started()) {
    auto started = start_threads();
    if (!started) {
      fail(started.error());
      return started;
    }
  }
  // Of huge batches one at a time is under way.
  const bool is_huge = batch->builder.size_bytes() > CopyBatch::kept_bytes_max;
  pipeline_.push(std::move(batch));
  if (is_huge) pipeline_.drain();
  if (auto error = failure()) return *std::move(error);
  return {};
}

void CopyAppender::compress(std::size_t worker, CopyBatch& batch) const {
  auto finished = batch.builder.finish(options_->codec, options_->level, *spaces_[worker]);
  if (finished) {
    batch.bytes.assign(finished->begin(), finished->end());
  } else {
    batch.failure = std::move(finished).error();
  }
  spaces_[worker]->trim();
}

// A batch behind one that failed must not be appended.
void CopyAppender::take(std::unique_ptr<CopyBatch> batch) {
  if (!has_failed()) {
    if (auto written = write(*batch); !written) fail(written.error());
  }
  pool_.give_back(std::move(batch));
}

Result<void> CopyAppender::write(CopyBatch& batch) {
  if (batch.failure) return *batch.failure;
  const std::int32_t events = batch.builder.record_count();
  const Result<void> appended = append_to_log(batch);
  if (!appended) {
    // It may be the sync that failed, behind a write that did not.
    const bool may_be_there = appended.error().code != Error::Code::busy;
    if (may_be_there && options_->target.sync_level == log::SyncLevel::batch) uncertain_ = events;
    return appended;
  }
  writers_->say_notices();
  note_stored(events);
  return {};
}

Result<void> CopyAppender::append_to_log(CopyBatch& batch) {
  // First of all: it makes the topic where there is none.
  log::PartitionWriter* const writer =
      TRY(writers_->writer(static_cast<std::int32_t>(batch.partition)));
  if (named_ != nullptr) {
    return named_->append(batch.partition, batch.builder.record_count(), batch.bytes);
  }
  TRY(writer->append(batch.bytes));
  return {};
}

void CopyAppender::fail(const Error& error) {
  const std::scoped_lock guard(mutex_);
  if (!failure_) failure_ = error;
  has_failed_ = true;
}

std::optional<Error> CopyAppender::failure() {
  const std::scoped_lock guard(mutex_);
  return failure_;
}

void CopyAppender::note_stored(std::int64_t events) {
  stored_ += events;
  if (background_) {
    background_->note_appended();
  } else {
    acknowledged_ += events;
  }
}

// For the thread in the background.
Result<void> CopyAppender::sync() {
  const std::int64_t stored = stored_;
  const Result<void> synced = writers_->sync_all();
  if (synced) {
    acknowledged_ = stored;
  } else {
    has_failed_ = true;
  }
  return synced;
}

Result<void> CopyAppender::drain(bool is_urgent) {
  pipeline_.drain();
  if (auto error = failure()) return *std::move(error);
  if (background_ && is_urgent) background_->request();
  return {};
}

Result<void> CopyAppender::finish() {
  pipeline_.finish();
  if (background_) {
    if (const Result<void> synced = background_->finish(); !synced) {
      has_lost_sync_ = true;
      fail(synced.error());
    }
  }
  if (auto error = failure()) return *std::move(error);
  return writers_->finish();
}

std::optional<std::string> CopyAppender::reach() const {
  return write::describe({.acknowledged_events = acknowledged_,
                          .stored_events = stored_ + uncertain_,
                          .is_certain = uncertain_ == 0 && !has_lost_sync_,
                          .can_be_repeated = named_ != nullptr,
                          .has_producer_option = true});
}

}  // namespace estream::tool
