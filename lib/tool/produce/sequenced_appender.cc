#include "tool/produce/sequenced_appender.h"

#include <utility>

#include "group/pending_batches.h"
#include "tool/produce/batch_rest.h"

namespace estream::tool {

namespace {

std::string place_of(const SettledChunk& incoming, std::size_t event) {
  return incoming.source + ":" +
         std::to_string(incoming.first_line + incoming.chunk->events[event].line);
}

}  // namespace

Result<void> SequencedAppender::start() { return writers_.has_topic() ? open() : Result<void>(); }

Result<void> SequencedAppender::open() {
  auto opened = TRY(ProducerPosition::open(writers_, options_));
  is_stopped_ = !opened;
  if (opened) position_.emplace(*std::move(opened));
  return {};
}

Result<void> SequencedAppender::append(SettledChunk incoming) {
  // No topic is made for an input without events.
  if (incoming.chunk->events.empty()) return acknowledger_.settle(std::move(incoming));
  if (!position_ && !is_stopped_) TRY(open());
  if (is_stopped_) {
    pool_.give_back(std::move(incoming.chunk));
    return {};
  }
  const std::size_t count = incoming.chunk->events.size();
  const std::size_t known = TRY(count_known(incoming));
  incoming.offsets.assign(count, -1);
  for (std::size_t i = 0; i < count; i++) incoming.was_there.push_back(i < known);
  if (known < count) {
    if (auto stored = store(incoming, known); !stored) {
      has_failed_ = true;
      totals_.uncertain_events += static_cast<std::int64_t>(count - known);
      return stored;
    }
  }
  totals_.duplicate_events += static_cast<std::int64_t>(known);
  return acknowledger_.settle(std::move(incoming));
}

// How many events at the beginning of the chunk the topic has.
Result<std::size_t> SequencedAppender::count_known(const SettledChunk& incoming) {
  const Chunk& chunk = *incoming.chunk;
  const auto& stored = position_->stored();
  const SequenceValue* before = last_ ? &last_->value : stored ? &*stored : nullptr;
  bool is_counting = !last_;  // Nothing was new so far.
  std::size_t known = 0;
  for (std::size_t i = 0; i < chunk.sequences.size(); i++) {
    const SequenceValue& value = chunk.sequences[i];
    if (before != nullptr && !value.is_of_kind_of(*before))
      return of_other_kind(incoming, i, *before);
    if (before != nullptr && value <= *before) {
      if (!is_counting) return not_behind(incoming, i, *before);
      known++;
      continue;
    }
    is_counting = false;
    before = &value;
  }
  if (!is_counting) {
    last_ = Seen{chunk.sequences.back(), place_of(incoming, chunk.sequences.size() - 1)};
  }
  return known;
}

Error SequencedAppender::not_behind(const SettledChunk& incoming, std::size_t event,
                                    const SequenceValue& before) const {
  const std::string other = event > 0 ? place_of(incoming, event - 1) : last_->place;
  return {Error::Code::corrupt,
          place_of(incoming, event) + ": " + options_.build.sequence_path->text + " is " +
              incoming.chunk->sequences[event].to_text() + ", and " + before.to_text() + " in " +
              other + " before it; the values must grow from line to line: sort the input"};
}

Error SequencedAppender::of_other_kind(const SettledChunk& incoming, std::size_t event,
                                       const SequenceValue& before) const {
  const SequenceValue& value = incoming.chunk->sequences[event];
  return {Error::Code::corrupt,
          place_of(incoming, event) + ": " + options_.build.sequence_path->text + " is " +
              value.to_text() + ", which is " + value.kind() + ", and producer '" +
              *options_.producer + "' is at " + before.to_text() + ", which is " + before.kind() +
              "; another kind needs another --producer"};
}

// The events behind the first `known` ones.
Result<void> SequencedAppender::store(SettledChunk& incoming, std::size_t known) {
  Chunk& chunk = *incoming.chunk;
  std::string pending;
  std::int64_t stored_bytes = 0;
  std::vector<std::pair<const BuiltBatch*, std::size_t>> parts;  // And the first event of it.
  for (const BuiltBatch& batch : chunk.batches) {
    std::size_t from = 0;
    while (from < batch.event_count && chunk.order[batch.first_event + from] < known) from++;
    if (from == batch.event_count) continue;
    MutableBytes bytes = std::span(chunk.batch_bytes).subspan(batch.begin, batch.size);
    if (from > 0) bytes = TRY(build_rest(builder_, options_.build, chunk, batch, from));
    group::add_pending(pending, 0, batch.partition, bytes);
    parts.emplace_back(&batch, from);
    stored_bytes += static_cast<std::int64_t>(bytes.size());
    totals_.plain_bytes += static_cast<std::int64_t>(batch.plain_bytes);
  }
  const auto offsets = TRY(position_->store(std::move(pending), chunk.sequences.back()));
  for (std::size_t i = 0; i < parts.size(); i++) {
    const auto [batch, from] = parts[i];
    for (std::size_t event = from; event < batch->event_count; event++) {
      incoming.offsets[chunk.order[batch->first_event + event]] =
          offsets[i].value + static_cast<std::int64_t>(event - from);
    }
  }
  totals_.appended_events += static_cast<std::int64_t>(chunk.events.size() - known);
  totals_.stored_bytes += stored_bytes;
  return {};
}

Result<void> SequencedAppender::close() {
  return position_ && !has_failed_ ? position_->close() : Result<void>();
}

}  // namespace estream::tool
