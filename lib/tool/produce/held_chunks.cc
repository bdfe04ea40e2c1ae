#include "tool/produce/held_chunks.h"

#include <algorithm>

namespace estream::tool {

namespace {

// Its texts are copied, for the chunk that they are in is used for other input.
Event kept(Event event, Arena& arena) {
  if (event.key) event.key = arena.copy(*event.key);
  if (event.value) event.value = arena.copy(*event.value);
  if (event.headers.count > 0) event.headers.encoded = arena.copy(event.headers.encoded);
  event.source = arena.copy(event.source);
  return event;
}

void join_events(Chunk& chunk, const Chunk& next) {
  const auto events_before = static_cast<std::uint32_t>(chunk.events.size());
  const std::size_t order_before = chunk.order.size();
  const std::size_t bytes_before = chunk.batch_bytes.size();
  for (const Event& event : next.events) {
    chunk.events.push_back(kept(event, chunk.arena));
    chunk.events.back().line += chunk.line_count;
  }
  for (const std::uint32_t number : next.order) chunk.order.push_back(events_before + number);
  for (BuiltBatch batch : next.batches) {
    batch.begin += bytes_before;
    batch.first_event += order_before;
    chunk.batches.push_back(batch);
  }
  chunk.batch_bytes.insert(chunk.batch_bytes.end(), next.batch_bytes.begin(),
                           next.batch_bytes.end());
}

// `next` follows in the same input.
void join(SettledChunk& settled, const SettledChunk& next) {
  Chunk& chunk = *settled.chunk;
  join_events(chunk, *next.chunk);
  if (next.chunk->event_count > 0) {
    chunk.last_event_line = chunk.line_count + next.chunk->last_event_line;
  }
  chunk.event_count += next.chunk->event_count;
  chunk.line_count += next.chunk->line_count;
  chunk.is_before_pause = next.chunk->is_before_pause;
  settled.offsets.insert(settled.offsets.end(), next.offsets.begin(), next.offsets.end());
}

}  // namespace

void HeldChunks::add(SettledChunk incoming) {
  const std::size_t bytes = incoming.chunk->size;
  const bool is_joined =
      !chunks_.empty() && chunks_.back().text_bytes + bytes <= joined_bytes_max_ &&
      chunks_.back().settled.chunk->source_index == incoming.chunk->source_index &&
      !incoming.chunk->begins_anew;
  if (!is_joined) {
    chunks_.push_back({std::move(incoming), bytes});
    return;
  }
  join(chunks_.back().settled, incoming);
  chunks_.back().text_bytes += bytes;
  pool_.give_back(std::move(incoming.chunk));
}

SettledChunk HeldChunks::take_first() {
  SettledChunk first = std::move(chunks_.front().settled);
  chunks_.pop_front();
  return first;
}

bool HeldChunks::has_event_without_offset() const {
  return std::ranges::any_of(chunks_, [](const Held& held) {
    return std::ranges::any_of(held.settled.offsets,
                               [](std::int64_t offset) { return offset < 0; });
  });
}

}  // namespace estream::tool
