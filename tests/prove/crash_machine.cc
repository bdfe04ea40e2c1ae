#include "prove/crash_machine.h"

namespace estream::prove::crash {

namespace {

// The events as the appending part of estream-produce gets them, in one batch.
Result<tool::Chunk> chunk_of(const EventBatch& events, Codec codec) {
  tool::Chunk chunk;
  BatchBuilder builder;
  builder.begin();
  for (const Event& event : events) {
    chunk.order.push_back(static_cast<std::uint32_t>(chunk.events.size()));
    chunk.events.push_back({.key = event.key,
                            .value = event.value,
                            .headers = {},
                            .timestamp = {event.time_ms},
                            .source = {}});
    builder.append({event.time_ms}, event.key, event.value, {});
  }
  const MutableBytes batch = TRY(builder.finish(codec, 1));
  chunk.batch_bytes.assign(batch.begin(), batch.end());
  chunk.event_count = static_cast<std::int64_t>(events.size());
  chunk.batches.push_back({0, 0, batch.size(), 0, events.size(), batch.size()});
  return chunk;
}

}  // namespace

Result<std::unique_ptr<ProducerProcess>> ProducerProcess::open(io::System& system,
                                                               std::size_t producer,
                                                               log::SyncLevel level) {
  const topic::Topic orders = TRY(topic::Topic::open(system, root_name, topic_name));
  std::unique_ptr<ProducerProcess> process(new ProducerProcess);
  process->writer_ = TRY(orders.open_writer(0, {.sync_level = level}));
  process->options_.codec = Codec::none;
  if (producer == idempotent) {
    process->session_ =
        TRY(tool::ProducerSession::open(*process->writer_, idempotent_name, process->options_));
  }
  return process;
}

Result<std::vector<std::int64_t>> ProducerProcess::append(const EventBatch& events) {
  const Codec codec = ++appends_ % 3 == 0 ? Codec::zstd : Codec::none;
  tool::Chunk chunk = TRY(chunk_of(events, codec));
  std::vector<std::int64_t> offsets(events.size(), -1);
  if (session_) {
    const tool::BuiltBatch batch = chunk.batches.front();
    TRY(session_->compare(chunk, batch, offsets));
    TRY(session_->append(chunk, batch, offsets));
    return offsets;
  }
  const auto appended = TRY(writer_->append(chunk.batch_bytes));
  for (std::size_t i = 0; i < offsets.size(); i++) {
    offsets[i] = appended.base_offset.value + static_cast<std::int64_t>(i);
  }
  return offsets;
}

}  // namespace estream::prove::crash
