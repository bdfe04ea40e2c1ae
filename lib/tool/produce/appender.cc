#include "tool/produce/appender.h"

#include <algorithm>

namespace estream::tool {

Result<void> PlainAppender::append(SettledChunk incoming) {
  Chunk& chunk = *incoming.chunk;
  if (acknowledger_.prints()) incoming.offsets.assign(chunk.events.size(), -1);
  for (const BuiltBatch& batch : chunk.batches) {
    log::PartitionWriter* writer = TRY(writers_.writer(batch.partition));
    const auto bytes = std::span(chunk.batch_bytes).subspan(batch.begin, batch.size);
    const auto appended = TRY(writer->append(bytes));
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

IdempotentAppender::IdempotentAppender(PartitionWriters& writers, Acknowledger& acknowledger,
                                       const ProduceOptions& options, std::size_t held_chunks_max)
    : writers_(writers),
      acknowledger_(acknowledger),
      options_(options),
      held_chunks_max_(held_chunks_max) {}

Result<void> IdempotentAppender::open_sessions() {
  for (std::int32_t partition = 0; partition < writers_.partition_count(); partition++) {
    log::PartitionWriter* writer = TRY(writers_.writer(partition));
    sessions_.push_back(TRY(ProducerSession::open(*writer, *options_.producer, options_.build)));
  }
  return {};
}

bool IdempotentAppender::has_unseen() const {
  return std::ranges::any_of(sessions_, &ProducerSession::has_unseen);
}

Error IdempotentAppender::other_input() const {
  return {Error::Code::corrupt,
          "topic '" + options_.target.topic.name + "': producer '" + *options_.producer +
              "' has appended events that are not in this input; a name stands for one input: use "
              "another --producer, nothing was appended"};
}

Result<void> IdempotentAppender::append(SettledChunk incoming) {
  if (sessions_.empty()) TRY(open_sessions());
  const Chunk& chunk = *incoming.chunk;
  incoming.offsets.assign(chunk.events.size(), -1);
  bool has_new = false;
  for (const BuiltBatch& batch : chunk.batches) {
    ProducerSession& session = sessions_[static_cast<std::size_t>(batch.partition)];
    TRY(session.compare(chunk, batch, incoming.offsets));
    has_new = has_new || !session.has_unseen();
  }
  held_.push_back(std::move(incoming));
  if (!has_unseen()) return append_held();
  if (!has_new && held_.size() == 1) return append_held();
  if (held_.size() > held_chunks_max_) return other_input();
  return {};
}

Result<void> IdempotentAppender::finish_input() {
  // Every event was there already: the input is a beginning of the one before, which is no harm.
  if (held_.empty()) return {};
  const bool all_known = std::ranges::all_of(held_, [](const SettledChunk& held) {
    return std::ranges::none_of(held.offsets, [](std::int64_t offset) { return offset < 0; });
  });
  if (has_unseen() && !all_known) return other_input();
  return append_held();
}

Result<void> IdempotentAppender::append_held() {
  while (!held_.empty()) {
    SettledChunk settled = std::move(held_.front());
    held_.pop_front();
    TRY(append_one(std::move(settled)));
  }
  return {};
}

Result<void> IdempotentAppender::append_one(SettledChunk settled) {
  Chunk& chunk = *settled.chunk;
  for (const std::int64_t offset : settled.offsets) settled.was_there.push_back(offset >= 0);
  for (const BuiltBatch& batch : chunk.batches) {
    ProducerSession& session = sessions_[static_cast<std::size_t>(batch.partition)];
    const auto outcome = TRY(session.append(chunk, batch, settled.offsets));
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
