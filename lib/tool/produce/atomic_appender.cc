#include "tool/produce/atomic_appender.h"

#include <algorithm>

#include "group/sink_topic.h"
#include "io/signals.h"
#include "log/producer_history.h"
#include "tool/produce/batch_rest.h"
#include "tool/produce/producer_position.h"

namespace estream::tool {

AtomicAppender::AtomicAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                               const ProduceOptions& options, ChunkPool& pool)
    : writers_(writers), acknowledger_(acknowledger), options_(options), held_(pool, SIZE_MAX) {}

Result<void> AtomicAppender::begin() {
  TRY(writers_.writer(0));  // Makes the topic.
  const topic::Topic& topic = writers_.topic();
  group::Sink sink = TRY(group::fresh_sink(group::Sink::Role::into, topic, writers_.writer_of()));
  if (!options_.producer) {
    input_.emplace(TRY(group::AtomicInput::begin(
        topic, std::move(sink), group::random_producer_id(topic.system()), producer_owner)));
    return {};
  }
  sessions_ = TRY(open_sessions(writers_, options_));
  for (std::size_t i = 0; i < sessions_.size(); i++) sink.partitions[i].next = sessions_[i].known();
  input_.emplace(TRY(group::AtomicInput::begin(
      topic, std::move(sink), log::producer_id_of(*options_.producer), producer_owner)));
  return {};
}

Result<void> AtomicAppender::append(SettledChunk incoming) {
  const Chunk& chunk = *incoming.chunk;
  incoming.offsets.assign(chunk.events.size(), -1);
  // No topic is made for an input whose first lines are bad.
  const bool has_work = !chunk.batches.empty() && !chunk.fatal;
  if (has_work && !input_) TRY(begin());
  if (has_work) TRY(add(incoming));
  hold(std::move(incoming));
  return {};
}

// How many of the batch's events the log has under the producer's name.
Result<std::size_t> AtomicAppender::compare(SettledChunk& incoming, const BuiltBatch& batch) {
  if (sessions_.empty()) return std::size_t{0};
  ProducerSession& session = sessions_[static_cast<std::size_t>(batch.partition)];
  return session.compare(*incoming.chunk, batch, incoming.offsets);
}

Result<void> AtomicAppender::add(SettledChunk& incoming) {
  Chunk& chunk = *incoming.chunk;
  std::string pending;
  for (const BuiltBatch& batch : chunk.batches) {
    const std::size_t known = TRY(compare(incoming, batch));
    added_.duplicate_events += static_cast<std::int64_t>(known);
    if (known == batch.event_count) continue;
    MutableBytes bytes = std::span(chunk.batch_bytes).subspan(batch.begin, batch.size);
    if (known > 0) bytes = TRY(build_rest(builder_, options_.build, chunk, batch, known));
    group::add_pending(pending, 0, batch.partition, bytes);
    added_.appended_events += static_cast<std::int64_t>(batch.event_count - known);
    added_.plain_bytes += static_cast<std::int64_t>(batch.plain_bytes);
    added_.stored_bytes += static_cast<std::int64_t>(bytes.size());
    if (!acknowledger_.prints()) continue;
    batch_sizes_.push_back(batch.event_count - known);
    for (std::size_t i = known; i < batch.event_count; i++) {
      events_of_batches_.push_back(held_events_ + chunk.order[batch.first_event + i]);
    }
  }
  return pending.empty() ? Result<void>() : input_->add(std::move(pending));
}

void AtomicAppender::hold(SettledChunk incoming) {
  Chunk& chunk = *incoming.chunk;
  chunk.batches.clear();
  chunk.batch_bytes.clear();
  chunk.order.clear();
  if (!acknowledger_.prints()) {
    chunk.events.clear();
    incoming.offsets.clear();
  }
  held_events_ += chunk.events.size();
  held_.add(std::move(incoming));
}

Result<void> AtomicAppender::finish_input() {
  if (io::is_stop_requested()) return {};
  TRY(check_producer());
  if (added_.appended_events > 0) TRY(store());
  totals_ = added_;
  return acknowledge();
}

// The numbers of the batches are right only if nobody has appended under the name meanwhile.
Result<void> AtomicAppender::check_producer() {
  const bool has_new = added_.appended_events > 0;
  // Where every event was there already, the input is a beginning of the one before: no harm.
  const bool has_unseen = std::ranges::any_of(sessions_, &ProducerSession::has_unseen);
  if (has_unseen && has_new) return other_input(options_, 0);
  for (std::size_t i = 0; i < sessions_.size(); i++) {
    const std::int64_t known = sessions_[i].known();
    TRY(sessions_[i].refresh());
    if (has_new && sessions_[i].known() != known) {
      return Error{Error::Code::busy, "topic '" + options_.target.topic.name +
                                          "': another run as producer '" + *options_.producer +
                                          "' has appended meanwhile; nothing was stored; run it "
                                          "again when that one has ended"};
    }
    // A power loss must not take what is acknowledged, and what the numbers begin behind.
    if (known == 0) continue;
    log::PartitionWriter* const writer = TRY(writers_.writer(static_cast<std::int32_t>(i)));
    TRY(writer->claim_written());
    TRY(writer->sync());
  }
  return {};
}

Result<void> AtomicAppender::store() {
  auto stored = input_->store(writers_.writer_of());
  if (input_->is_decided() && !stored) totals_.decided_events = added_.appended_events;
  base_offsets_ = TRY(std::move(stored));
  return {};
}

Result<void> AtomicAppender::acknowledge() {
  std::vector<std::int64_t> offsets(held_events_, -1);
  auto event = events_of_batches_.begin();
  for (std::size_t i = 0; i < batch_sizes_.size(); i++) {
    for (std::size_t k = 0; k < batch_sizes_[i]; k++) {
      offsets[*event++] = base_offsets_[i].value + static_cast<std::int64_t>(k);
    }
  }
  std::size_t done = 0;
  while (!held_.is_empty()) {
    SettledChunk settled = held_.take_first();
    for (std::int64_t& offset : settled.offsets) {
      settled.was_there.push_back(offset >= 0);
      if (offset < 0) offset = offsets[done];
      done++;
    }
    TRY(acknowledger_.settle(std::move(settled)));
  }
  return {};
}

Result<void> AtomicAppender::close() {
  if (!input_ || input_->is_decided()) return {};
  return input_->drop();
}

}  // namespace estream::tool
