#include "tool/replay/topic_sink.h"

#include <utility>

#include "tool/replay/copy_comparison.h"
#include "write/append_reach.h"

namespace estream::tool {

namespace {

// A shorter wait is not worth a batch of its own.
constexpr std::int64_t worth_flushing_ns = 5'000'000;
// But records wait no longer than this for their batch to be full.
constexpr std::int64_t held_ns_max = 100'000'000;

}  // namespace

TopicSink::TopicSink(io::System& system, const CopyOptions& options, const read::StagePlan& plan,
                     std::unique_ptr<write::PartitionWriters> writers)
    : system_(&system),
      options_(&options),
      copier_(options, plan, writers->partition_count()),
      writers_(std::move(writers)) {
  const auto space = std::make_shared<CompressionSpace>();
  for (std::size_t i = 0; i < copier_.partition_count(); i++) builders_.emplace_back(space);
}

Result<std::unique_ptr<TopicSink>> TopicSink::open(io::System& system, const CopyOptions& options,
                                                   const read::StagePlan& plan) {
  auto writers = TRY(write::PartitionWriters::open(system, options.target));
  std::unique_ptr<TopicSink> sink(new TopicSink(system, options, plan, std::move(writers)));
  if (options.producer) {
    sink->named_.emplace(
        TRY(NamedCopy::open(*sink->writers_, *options.producer, plan.sources.size())));
    sink->is_comparing_ = sink->has_to_compare();
  }
  if (options.target.sync_level == log::SyncLevel::interval) {
    sink->background_ = std::make_unique<write::BackgroundSync>(
        options.sync_interval_ns, [all = sink.get()] { return all->sync(); });
    TRY(sink->background_->start());
  }
  return sink;
}

Result<bool> TopicSink::compare(read::ReadPipeline& pipeline, const read::EndCondition& end,
                                read::StagePlan& plan) {
  CopyComparison comparison(*system_, copier_, *named_);
  const bool is_compared = TRY(comparison.run(pipeline, end));
  if (!is_compared) return false;
  for (std::size_t i = 0; i < plan.sources.size(); i++) {
    plan.sources[i].window.begin = comparison.begin(i);
  }
  TRY(named_->claim());
  found_ = named_->known_in_all();
  note_stored(found_);
  is_comparing_ = false;
  return true;
}

bool TopicSink::put(const read::BatchWork& work, const read::OutputPiece*& next,
                    const read::OutputPiece* end) {
  while (next != end && !failure_ && !is_comparing_) {
    if (!add(work.source, work.records[next->record])) return false;
    next++;
  }
  return !failure_;
}

Result<void> TopicSink::add(std::size_t source, const RecordView& record) {
  CopiedRecord copy;
  auto outcome = copier_.copy(source, record, copy);
  if (!outcome) {
    failure_ = std::move(outcome).error();
    return *failure_;
  }
  const auto& [partition, copied] = copy;
  if (named_ && named_->has(source, partition, record.offset)) return {};
  BatchBuilder& builder = builders_[partition];
  if (builder.record_count() == 0) builder.begin();
  builder.append(copied.timestamp, copied.key, copied.value, copied.headers);
  const bool is_full =
      builder.size_bytes() >= options_->batch_bytes || builder.record_count() == batch_records_max;
  if (is_full) TRY(append_batch(partition));
  taken_++;
  return {};
}

// A batch that failed stays in its builder, and must not be appended by the end of the run.
Result<void> TopicSink::append_batch(std::size_t partition) {
  auto written = write_batch(partition);
  if (written) return written;
  is_broken_ = true;
  if (!failure_) failure_ = written.error();
  return written;
}

Result<void> TopicSink::write_batch(std::size_t partition) {
  BatchBuilder& builder = builders_[partition];
  const std::int32_t events = builder.record_count();
  const MutableBytes batch = TRY(builder.finish(options_->codec, options_->level));
  log::PartitionWriter* writer = TRY(writers_->writer(static_cast<std::int32_t>(partition)));
  const Result<void> appended = append(*writer, partition, events, batch);
  if (!appended) {
    // It may be the sync that failed, behind a write that did not.
    const bool may_be_there = appended.error().code != Error::Code::busy;
    if (may_be_there && options_->target.sync_level == log::SyncLevel::batch) uncertain_ = events;
    return appended;
  }
  writers_->say_notices();
  builder.begin();
  note_stored(events);
  return {};
}

Result<void> TopicSink::append(log::PartitionWriter& writer, std::size_t partition,
                               std::int32_t events, MutableBytes batch) {
  if (named_) return named_->append(partition, events, batch);
  TRY(writer.append(batch));
  return {};
}

void TopicSink::note_stored(std::int64_t events) {
  stored_ += events;
  if (background_) {
    background_->note_appended();
  } else {
    acknowledged_ += events;
  }
}

Result<void> TopicSink::append_all() {
  for (std::size_t i = 0; i < builders_.size(); i++) {
    if (builders_[i].record_count() > 0) TRY(append_batch(i));
  }
  return {};
}

// For the thread in the background.
Result<void> TopicSink::sync() {
  const std::int64_t stored = stored_;
  TRY(writers_->sync_all());
  acknowledged_ = stored;
  return {};
}

Result<void> TopicSink::flush(std::int64_t wait_ns) {
  if (failure_) return *failure_;
  const std::int64_t now_ns = system_->monotonic_ns();
  const bool is_long = wait_ns >= worth_flushing_ns;
  if (!is_long && now_ns - flushed_ns_ < held_ns_max) return {};
  flushed_ns_ = now_ns;
  TRY(append_all());
  if (background_ && is_long) background_->request();
  return {};
}

// What came before an event that cannot be copied is kept, as produce does.
Result<void> TopicSink::finish() {
  is_broken_ = is_broken_ || (background_ && background_->has_failed());
  if (!is_broken_) (void)append_all();
  if (background_) {
    const Result<void> synced = background_->finish();
    has_lost_sync_ = !synced;
    is_broken_ = is_broken_ || !synced;
    if (!failure_ && !synced) failure_ = synced.error();
  }
  if (!is_broken_) {
    auto finished = writers_->finish();
    if (finished && !failure_) finished = writers_->create_if_asked();
    if (!finished && !failure_) failure_ = finished.error();
  }
  if (failure_) return *failure_;
  return {};
}

std::optional<std::string> TopicSink::reach() const {
  return write::describe({.acknowledged_events = acknowledged_,
                          .stored_events = stored_ + uncertain_,
                          .is_certain = uncertain_ == 0 && !has_lost_sync_,
                          .can_be_repeated = named_.has_value(),
                          .has_producer_option = true});
}

}  // namespace estream::tool
