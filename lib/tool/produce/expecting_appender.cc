#include "tool/produce/expecting_appender.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "io/signals.h"
#include "log/producer_history.h"
#include "record/batch_records.h"
#include "text/size.h"
#include "write/producer_log.h"

namespace estream::tool {

namespace {

constexpr std::size_t shown_key_bytes_max = 100;

log::KeyQuestion question_of(const ProduceOptions& options, const std::string& key) {
  log::KeyQuestion question = {key, options.expected_last->offset};
  if (options.producer) question.producer_id = log::producer_id_of(*options.producer);
  return question;
}

}  // namespace

ExpectingAppender::ExpectingAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                                     const ProduceOptions& options, ChunkPool& pool)
    : writers_(writers), acknowledger_(acknowledger), options_(options), held_(pool, SIZE_MAX) {
  builder_.begin();
}

Result<void> ExpectingAppender::append(SettledChunk incoming) {
  incoming.offsets.assign(incoming.chunk->events.size(), -1);
  for (const Event& event : incoming.chunk->events) TRY(gather(incoming, event));
  held_.add(std::move(incoming));
  return {};
}

Result<void> ExpectingAppender::gather(const SettledChunk& incoming, const Event& event) {
  const auto refused = [&](const std::string& why) {
    return Error{
        Error::Code::data,
        incoming.source + ":" + std::to_string(incoming.first_line + event.line) + ": " + why};
  };
  if (!event.key) return refused("has no key, which --expect-last needs");
  if (builder_.record_count() == 0) key_ = *event.key;
  if (*event.key != key_) {
    return refused("has another key than the events before it; --expect-last needs one key");
  }
  const std::size_t bytes = payload_bytes(event.key, event.value, event.headers);
  if (!builder_.has_room_for(bytes, options_.build.batch_bytes)) {
    return refused("--expect-last appends all events as one batch, and they take more than " +
                   text::format_size(static_cast<std::int64_t>(options_.build.batch_bytes)) +
                   "; give a larger --batch-size");
  }
  builder_.append(event.timestamp, event.key, event.value, event.headers);
  return {};
}

Result<void> ExpectingAppender::finish_input() {
  if (builder_.record_count() == 0 || io::is_stop_requested()) return {};
  SettledChunk settled = held_.take_first();
  log::PartitionWriter* writer = TRY(writers_.writer(settled.chunk->events.front().partition));
  return append_if_expected(*writer, std::move(settled));
}

Result<void> ExpectingAppender::append_if_expected(log::PartitionWriter& writer,
                                                   SettledChunk settled) {
  const auto count = settled.offsets.size();
  const MutableBytes batch = TRY(builder_.finish(options_.build.codec, options_.build.level));
  const log::KeyQuestion question = question_of(options_, key_);
  if (question.producer_id) {
    patch_producer(batch, *question.producer_id, 0, log::base_sequence_of(0));
    recompute_crc(batch);
  }
  log::KeyHistory history = TRY(log::KeyHistory::open(writer.directory(), question));
  std::optional<log::PartitionWriter::Appended> appended;
  while (!appended) {
    if (const auto& known = history.producer_batch()) {
      return settle_known(writer, *known, std::move(settled));
    }
    if (history.last_offset()) return refuse(settled.chunk->events.front(), *history.last_offset());
    auto outcome = writer.append_if_at(history.end_offset(), batch);
    note_failure(!outcome, options_.target.sync_level, count);
    appended = TRY(std::move(outcome));
    if (!appended) TRY(history.refresh());
  }
  totals_.appended_events += static_cast<std::int64_t>(count);
  totals_.plain_bytes += static_cast<std::int64_t>(builder_.size_bytes());
  totals_.stored_bytes += static_cast<std::int64_t>(batch.size());
  for (std::size_t i = 0; i < count; i++) {
    settled.offsets[i] = appended->base_offset.value + static_cast<std::int64_t>(i);
  }
  return acknowledger_.settle(std::move(settled));
}

// The producer has been here. The same events are those of an earlier run of this command. A
// compaction may have removed some of them since.
Result<void> ExpectingAppender::settle_known(log::PartitionWriter& writer,
                                             const log::KeyHistory::Batch& batch,
                                             SettledChunk settled) {
  const auto other = [&](Offset offset) {
    return write::other_event(writer.directory(), offset, *options_.producer,
                              "each command needs its own --producer");
  };
  const std::vector<Event>& events = settled.chunk->events;
  const auto count = static_cast<std::size_t>(batch.header.last_offset_delta) + 1;
  if (count != events.size()) return other(batch.header.base_offset);
  BatchDecoder decoder;
  for (const RecordView& record : TRY(decoder.decode(batch.header, batch.bytes))) {
    const auto i = static_cast<std::size_t>(record.offset - batch.header.base_offset);
    if (!is_same(record, events[i])) return other(record.offset);
    settled.offsets[i] = record.offset.value;
  }
  TRY(writer.claim_written());
  settled.was_there.assign(count, true);
  totals_.duplicate_events += static_cast<std::int64_t>(count);
  return acknowledger_.settle(std::move(settled));
}

Result<void> ExpectingAppender::refuse(const Event& event, Offset last) {
  const auto& after = options_.expected_last->offset;
  refusal_ = options_.target.topic.name + "/" + std::to_string(event.partition) + ": key '" +
             key_.substr(0, shown_key_bytes_max) + "' has moved on: its last event is at offset " +
             std::to_string(last.value) +
             (after ? ", after " + std::to_string(after->value) : ", and none was expected");
  return acknowledger_.print_conflict(last);
}

}  // namespace estream::tool
