#include "tool/produce/producer_session.h"

#include <algorithm>

#include "text/size.h"
#include "tool/produce/batch_rest.h"

namespace estream::tool {

Result<ProducerSession> ProducerSession::open(log::PartitionWriter& writer, const std::string& name,
                                              const BuildOptions& options) {
  write::ProducerLog log = TRY(write::ProducerLog::open(writer, name));
  return ProducerSession(std::move(log), options);
}

Result<std::size_t> ProducerSession::compare(const Chunk& chunk, const BuiltBatch& batch,
                                             std::vector<std::int64_t>& offsets) {
  const std::int64_t first = offered_;
  offered_ += static_cast<std::int64_t>(batch.event_count);
  return compare_known(chunk, batch, first, offsets);
}

// Compares the events of the batch that the log has and that were not compared yet. Answers how
// many of the batch the log has.
Result<std::size_t> ProducerSession::compare_known(const Chunk& chunk, const BuiltBatch& batch,
                                                   std::int64_t first,
                                                   std::vector<std::int64_t>& offsets) {
  const auto in_batch = [&](std::int64_t number) {
    const auto count = static_cast<std::int64_t>(batch.event_count);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(number - first, 0, count));
  };
  const std::size_t known = in_batch(log_.known());
  TRY(compare_events(chunk, batch, first, in_batch(compared_), known, offsets));
  if (known > 0) compared_ = std::max(compared_, first + static_cast<std::int64_t>(known));
  return known;
}

// Events [from, to) of the batch, whose first event has the number `first`.
Result<void> ProducerSession::compare_events(const Chunk& chunk, const BuiltBatch& batch,
                                             std::int64_t first, std::size_t from, std::size_t to,
                                             std::vector<std::int64_t>& offsets) {
  for (std::size_t i = from; i < to; i++) {
    const std::uint32_t number = chunk.order[batch.first_event + i];
    const auto record = TRY(log_.record(first + static_cast<std::int64_t>(i)));
    if (!record) continue;  // Removed since; that it was there is all that can be known.
    if (!is_same(*record, chunk.events[number])) {
      return log_.other_event(*record, "a name stands for one input: use another --producer");
    }
    offsets[number] = record->offset.value;
  }
  return {};
}

Result<ProducerSession::Outcome> ProducerSession::append(Chunk& chunk, const BuiltBatch& batch,
                                                         std::vector<std::int64_t>& offsets) {
  const std::int64_t first = appended_;
  appended_ += static_cast<std::int64_t>(batch.event_count);
  for (;;) {
    // Another run under the same name may have been here since compare().
    TRY(log_.refresh());
    const std::size_t from = TRY(compare_known(chunk, batch, first, offsets));
    const auto known = static_cast<std::int64_t>(from);
    if (known > 0 && claimed_ < first + known) {
      TRY(log_.claim());
      claimed_ = log_.known();
    }
    if (from == batch.event_count) return Outcome{};
    MutableBytes bytes = std::span(chunk.batch_bytes).subspan(batch.begin, batch.size);
    if (from > 0) bytes = TRY(build_rest(builder_, *options_, chunk, batch, from));
    const auto appended = TRY(log_.append(first + known, bytes));
    if (!appended) continue;
    for (std::size_t i = from; i < batch.event_count; i++) {
      offsets[chunk.order[batch.first_event + i]] =
          appended->base_offset.value + static_cast<std::int64_t>(i - from);
    }
    return Outcome{static_cast<std::int64_t>(batch.event_count) - known,
                   static_cast<std::int64_t>(bytes.size())};
  }
}

Result<std::vector<ProducerSession>> open_sessions(write::PartitionWriters& writers,
                                                   const ProduceOptions& options) {
  std::vector<ProducerSession> sessions;
  for (std::int32_t partition = 0; partition < writers.partition_count(); partition++) {
    log::PartitionWriter* const writer = TRY(writers.writer(partition));
    sessions.push_back(TRY(ProducerSession::open(*writer, *options.producer, options.build)));
  }
  // Another run under the name may be far further where the later ones were opened.
  for (ProducerSession& session : sessions) TRY(session.refresh());
  return sessions;
}

Error other_input(const ProduceOptions& options, std::int64_t appended_events) {
  return {
      Error::Code::corrupt,
      "topic '" + options.target.topic.name + "': producer '" + *options.producer +
          "' has appended events that are not in this input; a name stands for one input: use "
          "another --producer, " +
          (appended_events == 0
               ? "nothing was appended"
               : text::format_count(appended_events, "event was", "events were") + " appended")};
}

}  // namespace estream::tool
