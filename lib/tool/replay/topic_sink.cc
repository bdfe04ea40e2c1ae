#include "tool/replay/topic_sink.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/murmur2.h"
#include "cli/duration.h"
#include "cli/number.h"
#include "tool/write/append_reach.h"

namespace estream::tool {

namespace {

// A wait that is shorter is not worth a batch of its own.
constexpr std::int64_t worth_flushing_ns = 5'000'000;

// Whether records can keep the number of their partition.
bool has_same_partitions(const StagePlan& plan, std::int32_t count) {
  return std::ranges::all_of(plan.sources,
                             [&](const StageSource& s) { return s.partition_count == count; });
}

}  // namespace

Result<Retime> parse_retime(std::string_view text) {
  if (text == "keep") return Retime{};
  if (text == "now") return Retime{Retime::Kind::now, 0};
  if (text.starts_with('+') || text.starts_with('-')) {
    const cli::Duration length = TRY(cli::parse_duration(text.substr(1)));
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
    return Retime{Retime::Kind::shift, text.front() == '-' ? -ms : ms};
  }
  return cli::unclear(text, "write now, keep, or a duration with its sign: +1h, -30d");
}

TopicSink::TopicSink(const CopyOptions& options, const StagePlan& plan, std::size_t partitions)
    : options_(&options), plan_(&plan) {
  const auto space = std::make_shared<CompressionSpace>();
  for (std::size_t i = 0; i < partitions; i++) builders_.emplace_back(space);
  if (options.retime.kind == Retime::Kind::shift) shift_ms_ = options.retime.shift_ms;
}

Result<std::unique_ptr<TopicSink>> TopicSink::open(io::System& system, const CopyOptions& options,
                                                   const StagePlan& plan) {
  auto writers = TRY(PartitionWriters::open(system, options.target));
  const std::int32_t count = writers->partition_count();
  std::unique_ptr<TopicSink> sink(new TopicSink(options, plan, static_cast<std::size_t>(count)));
  sink->keeps_partitions_ = !options.key_field && has_same_partitions(plan, count);
  sink->writers_ = std::move(writers);
  if (options.target.sync_level == log::SyncLevel::interval) {
    sink->background_ = std::make_unique<BackgroundSync>(
        options.sync_interval_ns, [all = sink.get()] { return all->sync(); });
    TRY(sink->background_->start());
  }
  return sink;
}

bool TopicSink::put(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) {
  while (next != end && !failure_) {
    const RecordView& record = work.records[next->record];
    if (const auto outcome = add(work.source, record); !outcome) {
      const StageSource& source = plan_->sources[work.source];
      failure_ = Error{outcome.error().code, source.topic + "/" + std::to_string(source.partition) +
                                                 "@" + std::to_string(record.offset.value) + ": " +
                                                 outcome.error().message};
      return false;
    }
    taken_++;
    next++;
  }
  return !failure_;
}

Result<void> TopicSink::add(std::size_t source, const RecordView& record) {
  const auto key = TRY(key_of(record));
  const std::size_t partition = place(source, key);
  const Timestamp time = TRY(time_of(record));
  BatchBuilder& builder = builders_[partition];
  if (builder.record_count() == 0) builder.begin();
  builder.append(time, key, record.value, headers_of(record));
  const bool is_full =
      builder.size_bytes() >= options_->batch_bytes || builder.record_count() == batch_records_max;
  if (is_full) return append_batch(partition);
  return {};
}

Result<std::optional<std::string_view>> TopicSink::key_of(const RecordView& record) {
  if (!options_->key_field) return record.key;
  const std::string no_key = "has no key at " + options_->key_field->text;
  if (!record.value) return Error{Error::Code::data, "is a tombstone, and " + no_key};
  TRY(parser_.parse_copy(*record.value));
  const auto key = TRY(parser_.key_at(*options_->key_field));
  if (!key) return Error{Error::Code::data, no_key};
  return key;
}

RecordHeaders TopicSink::headers_of(const RecordView& record) {
  if (options_->headers.count == 0) return record.headers;
  headers_buffer_.assign(record.headers.encoded);
  headers_buffer_ += options_->headers.encoded;
  return {record.headers.count + options_->headers.count, headers_buffer_};
}

Result<Timestamp> TopicSink::time_of(const RecordView& record) {
  const std::int64_t old_ms = record.timestamp.ms;
  if (options_->retime.kind == Retime::Kind::keep || old_ms < 0) return record.timestamp;
  if (!shift_ms_) shift_ms_ = options_->now.ms - old_ms;
  std::int64_t ms = 0;
  if (__builtin_add_overflow(old_ms, *shift_ms_, &ms)) {
    return Error{Error::Code::data, "its time cannot be moved: no later one can be stored"};
  }
  if (ms < 0) {
    return Error{Error::Code::data, "its time cannot be moved: it would be before 1970"};
  }
  return Timestamp{ms};
}

std::size_t TopicSink::place(std::size_t source, const std::optional<std::string_view>& key) const {
  const std::int32_t own = plan_->sources[source].partition;
  if (keeps_partitions_) return static_cast<std::size_t>(own);
  const auto count = static_cast<std::int32_t>(builders_.size());
  return static_cast<std::size_t>(key ? partition_for_key(as_bytes(*key), count) : own % count);
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
  const auto appended = writer->append(batch);
  if (!appended) {
    // It may be the sync that failed, behind a write that did not.
    if (options_->target.sync_level == log::SyncLevel::batch) uncertain_ = events;
    return appended.error();
  }
  appended_ += events;
  writers_->say_notices();
  builder.begin();
  if (background_) {
    background_->note_appended();
  } else {
    acknowledged_ += events;
  }
  return {};
}

Result<void> TopicSink::append_all() {
  for (std::size_t i = 0; i < builders_.size(); i++) {
    if (builders_[i].record_count() > 0) TRY(append_batch(i));
  }
  return {};
}

// For the thread in the background.
Result<void> TopicSink::sync() {
  const std::int64_t appended = appended_;
  TRY(writers_->sync_all());
  acknowledged_ = appended;
  return {};
}

Result<void> TopicSink::flush(std::int64_t wait_ns) {
  if (failure_) return *failure_;
  if (wait_ns < worth_flushing_ns) return {};
  TRY(append_all());
  if (background_) background_->request();
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
  return describe({.acknowledged_events = acknowledged_,
                   .stored_events = appended_ + uncertain_,
                   .is_certain = uncertain_ == 0 && !has_lost_sync_,
                   .is_stopped = !failure_});
}

}  // namespace estream::tool
