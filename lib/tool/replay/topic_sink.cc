#include "tool/replay/topic_sink.h"

#include <utility>

#include "tool/replay/copy_comparison.h"

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
      writers_(std::move(writers)),
      open_(copier_.partition_count()) {}

Result<std::unique_ptr<TopicSink>> TopicSink::open(io::System& system, const CopyOptions& options,
                                                   const read::StagePlan& plan) {
  auto writers = TRY(write::PartitionWriters::open(system, options.target));
  std::unique_ptr<TopicSink> sink(new TopicSink(system, options, plan, std::move(writers)));
  if (options.producer) {
    sink->named_.emplace(
        TRY(NamedCopy::open(*sink->writers_, *options.producer, plan.sources.size())));
    sink->is_comparing_ = sink->has_to_compare();
  }
  sink->appender_.emplace(options, *sink->writers_, sink->named_ ? &*sink->named_ : nullptr);
  TRY(sink->appender_->start_sync());
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
  appender_->note_found(found_);
  is_comparing_ = false;
  return true;
}

bool TopicSink::put(const read::BatchWork& work, const read::OutputPiece*& next,
                    const read::OutputPiece* end) {
  while (next != end && !failure_ && !is_comparing_ && !appender_->has_failed()) {
    if (!add(work.source, work.records[next->record])) return false;
    next++;
  }
  return !is_over();
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
  if (open_[partition] &&
      !open_[partition]->builder.has_room_for(
          payload_bytes(copied.key, copied.value, copied.headers), options_->batch_bytes)) {
    TRY(append_batch(partition));
  }
  if (!open_[partition]) {
    open_[partition] = appender_->take_empty();
    open_[partition]->partition = partition;
  }
  open_[partition]->builder.append(copied.timestamp, copied.key, copied.value, copied.headers);
  taken_++;
  return {};
}

Result<void> TopicSink::append_batch(std::size_t partition) {
  auto appended = appender_->append(std::move(open_[partition]));
  if (!appended && !failure_) failure_ = appended.error();
  return appended;
}

Result<void> TopicSink::append_all() {
  for (std::size_t i = 0; i < open_.size(); i++) {
    if (open_[i]) TRY(append_batch(i));
  }
  return {};
}

Result<void> TopicSink::flush(std::int64_t wait_ns) {
  if (failure_) return *failure_;
  const std::int64_t now_ns = system_->monotonic_ns();
  const bool is_long = wait_ns >= worth_flushing_ns;
  if (!is_long && now_ns - flushed_ns_ < held_ns_max) return {};
  flushed_ns_ = now_ns;
  TRY(append_all());
  return appender_->drain(is_long);
}

// What came before an event that cannot be copied is kept, as produce does.
Result<void> TopicSink::finish() {
  if (!appender_->has_failed()) (void)append_all();
  auto finished = appender_->finish();
  if (finished && !failure_) finished = writers_->create_if_asked();
  if (!finished && !failure_) failure_ = finished.error();
  if (failure_) return *failure_;
  return {};
}

}  // namespace estream::tool
