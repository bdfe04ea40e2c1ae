#include "tool/produce/appender.h"

#include <algorithm>

#include "io/signals.h"

namespace estream::tool {

Result<void> PlainAppender::append(SettledChunk incoming) {
  Chunk& chunk = *incoming.chunk;
  if (acknowledger_.prints()) incoming.offsets.assign(chunk.events.size(), -1);
  for (const BuiltBatch& batch : chunk.batches) {
    log::PartitionWriter* writer = TRY(writers_.writer(batch.partition));
    const auto bytes = std::span(chunk.batch_bytes).subspan(batch.begin, batch.size);
    auto outcome = writer->append(bytes);
    note_failure(!outcome, level_, batch.event_count);
    const auto appended = TRY(std::move(outcome));
    totals_.appended_events += static_cast<std::int64_t>(batch.event_count);
    totals_.plain_bytes += static_cast<std::int64_t>(batch.plain_bytes);
    totals_.stored_bytes += static_cast<std::int64_t>(batch.size);
    for (std::size_t i = 0; i < batch.event_count && !incoming.offsets.empty(); i++) {
      incoming.offsets[chunk.order[batch.first_event + i]] =
          appended.base_offset.value + static_cast<std::int64_t>(i);
    }
  }
  return acknowledger_.settle(std::move(incoming));
}

IdempotentAppender::IdempotentAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                                       const ProduceOptions& options, ChunkPool& pool,
                                       std::size_t held_chunks_max)
    : writers_(writers),
      acknowledger_(acknowledger),
      options_(options),
      held_chunks_max_(held_chunks_max),
      held_(pool) {}

bool IdempotentAppender::has_unseen() const {
  return std::ranges::any_of(sessions_, &ProducerSession::has_unseen);
}

Result<void> IdempotentAppender::append(SettledChunk incoming) {
  if (sessions_.empty()) sessions_ = TRY(open_sessions(writers_, options_));
  const Chunk& chunk = *incoming.chunk;
  incoming.offsets.assign(chunk.events.size(), -1);
  bool has_new = false;
  for (const BuiltBatch& batch : chunk.batches) {
    ProducerSession& session = sessions_[static_cast<std::size_t>(batch.partition)];
    const std::size_t known = TRY(session.compare(chunk, batch, incoming.offsets));
    has_new = has_new || known < batch.event_count;
  }
  const bool may_append = is_done_holding_ || !has_new || !has_unseen();
  if (held_.is_empty() && may_append) return append_one(std::move(incoming));
  held_.add(std::move(incoming));
  is_done_holding_ = is_done_holding_ || held_.count() > held_chunks_max_;
  return is_done_holding_ || !has_unseen() ? append_held() : Result<void>();
}

Result<void> IdempotentAppender::finish_input() {
  // Of an input that a signal cut short nobody knows what would have come.
  if (has_unseen() && io::is_stop_requested()) return {};
  // Where every event was there already, the input is a beginning of the one before: no harm.
  const bool has_new = is_done_holding_ || held_.has_event_without_offset();
  if (has_unseen() && has_new) return other_input(options_, totals_.appended_events);
  return append_held();
}

Result<void> IdempotentAppender::append_held() {
  while (!held_.is_empty()) TRY(append_one(held_.take_first()));
  return {};
}

Result<void> IdempotentAppender::append_one(SettledChunk settled) {
  Chunk& chunk = *settled.chunk;
  for (const std::int64_t offset : settled.offsets) settled.was_there.push_back(offset >= 0);
  for (const BuiltBatch& batch : chunk.batches) {
    ProducerSession& session = sessions_[static_cast<std::size_t>(batch.partition)];
    auto appended = session.append(chunk, batch, settled.offsets);
    note_failure(!appended, options_.target.sync_level, batch.event_count);
    const auto outcome = TRY(std::move(appended));
    totals_.appended_events += outcome.appended_events;
    totals_.duplicate_events +=
        static_cast<std::int64_t>(batch.event_count) - outcome.appended_events;
    totals_.stored_bytes += outcome.appended_bytes;
    if (outcome.appended_events > 0) {
      totals_.plain_bytes += static_cast<std::int64_t>(batch.plain_bytes);
    }
  }
  return acknowledger_.settle(std::move(settled));
}

Result<void> DryAppender::append(SettledChunk incoming) {
  if (acknowledger_.prints()) incoming.offsets.assign(incoming.chunk->events.size(), -1);
  for (const BuiltBatch& batch : incoming.chunk->batches) {
    totals_.appended_events += static_cast<std::int64_t>(batch.event_count);
    totals_.plain_bytes += static_cast<std::int64_t>(batch.plain_bytes);
    totals_.stored_bytes += static_cast<std::int64_t>(batch.size);
  }
  return acknowledger_.settle(std::move(incoming));
}

}  // namespace estream::tool
