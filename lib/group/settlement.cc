#include "group/settlement.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "group/own_batches.h"
#include "group/pending_batches.h"

namespace estream::group {

namespace {

using Key = std::pair<std::uint16_t, std::int32_t>;  // Sink and partition.

SinkPartition& partition_of(PositionState& state, const PendingBatch& batch) {
  return state.sinks[batch.sink].partitions[static_cast<std::size_t>(batch.partition)];
}

// Appends in order, and syncs each partition.
class Appending {
 public:
  Appending(PositionState& state, const WriterOf& writer_of)
      : state_(&state), writer_of_(&writer_of) {}

  // `bytes` are those of the batch. Returns the base offset.
  Result<Offset> append(const PendingBatch& batch, MutableBytes bytes) {
    log::PartitionWriter& writer = *TRY((*writer_of_)(state_->sinks[batch.sink], batch.partition));
    const auto appended = TRY(writer.append(bytes));
    note(batch, appended.base_offset + batch.header.last_offset_delta + 1);
    written_.insert({batch.sink, batch.partition});
    return appended.base_offset;
  }

  // The batch is in the log already, and what follows it begins at `end`.
  void note(const PendingBatch& batch, Offset end) {
    SinkPartition& partition = partition_of(*state_, batch);
    partition.next += batch.header.last_offset_delta + 1;
    partition.end = end.value;
    partition.looked = end;
  }

  // What is found there becomes as durable as what is appended.
  Result<void> claim(const Key& key) {
    log::PartitionWriter& writer = *TRY((*writer_of_)(state_->sinks[key.first], key.second));
    TRY(writer.claim_written());
    written_.insert(key);
    return {};
  }

  Result<void> sync() {
    for (const auto& [sink, partition] : written_) {
      log::PartitionWriter& writer = *TRY((*writer_of_)(state_->sinks[sink], partition));
      TRY(writer.sync());
    }
    return {};
  }

 private:
  PositionState* state_;
  const WriterOf* writer_of_;
  std::set<Key> written_;
};

}  // namespace

void finish_claim(PositionState& state) {
  for (SourcePosition& source : state.sources) {
    if (source.position == source.claimed) continue;
    source.position = source.claimed;
    if (state.window.empty()) source.needed = source.claimed;
    source.epoch_before = -1;
  }
  if (state.input) state.input->stored = state.input->claimed;
  state.attempts = 0;
}

Result<std::vector<Offset>> settle(PositionFile& file, PositionState& state,
                                   const WriterOf& writer_of, const SettleOptions& options) {
  // What is decided must be durable before anything rests on it. For a new owner that is what was
  // written anew: the sync of a dead owner may have failed.
  TRY(file.commit());
  const std::vector<PendingBatch> batches = TRY(list_pending(file));
  // Each partition is judged before anything is appended anywhere.
  std::map<Key, std::size_t> found;
  std::map<Key, std::vector<PendingBatch>> by_partition;
  for (const PendingBatch& batch : batches) {
    by_partition[{batch.sink, batch.partition}].push_back(batch);
  }
  std::map<Key, OwnBatches> own;
  for (std::uint16_t sink = 0; sink < state.sinks.size(); sink++) {
    for (std::int32_t i = 0; std::cmp_less(i, state.sinks[sink].partitions.size()); i++) {
      const Key key = {sink, i};
      log::PartitionWriter& writer = *TRY(writer_of(state.sinks[sink], i));
      // A process that works on other partitions has had it open since before the dead owner's
      // last append. This recovers what that one left.
      TRY(writer.log_end_offset());
      own[key] = TRY(find_own_batches(writer.directory(), state, sink, i));
      found[key] = TRY(judge(own[key], by_partition[key], state, sink, i, options));
    }
  }
  Appending appending(state, writer_of);
  for (const auto& [key, count] : found) {
    if (count > 0) TRY(appending.claim(key));
  }
  std::vector<Offset> base_offsets;
  std::vector<std::byte> bytes;
  for (const PendingBatch& batch : batches) {
    const Key key = {batch.sink, batch.partition};
    if (found[key] == 0) {
      bytes.resize(batch.size);
      TRY(file.read_pending(batch.at, bytes));
      base_offsets.push_back(TRY(appending.append(batch, bytes)));
      continue;
    }
    found[key]--;
    const Offset end = own[key].end_of(batch);
    base_offsets.push_back({end.value - batch.header.last_offset_delta - 1});
    appending.note(batch, end);
  }
  TRY(appending.sync());
  if (!batches.empty()) finish_claim(state);
  return base_offsets;
}

Result<void> look_from_synced(PositionState& state, std::uint16_t sink, std::int32_t partition,
                              const WriterOf& writer_of) {
  Sink& topic = state.sinks[sink];
  const log::PartitionWriter& writer = *TRY(writer_of(topic, partition));
  // A power loss may take what is written and not synced, and then a batch can come to lie below
  // the written end.
  SinkPartition& known = topic.partitions[static_cast<std::size_t>(partition)];
  known.looked =
      std::max(TRY(writer.synced_offset()), Offset{std::max<std::int64_t>(known.end, 0)});
  return {};
}

Result<std::vector<Offset>> store_output(PositionFile& file, PositionState& state,
                                         std::string pending, const WriterOf& writer_of,
                                         const SettleOptions& options) {
  auto batches = list_pending(pending, state);
  ASSERT(batches.has_value());
  NextSequences next = next_sequences(state);
  number_pending(pending, *batches, state.producer_id, next);
  for (const PendingBatch& batch : *batches) {
    TRY(look_from_synced(state, batch.sink, batch.partition, writer_of));
  }
  TRY(file.note(state, pending));
  if (options.is_synced) TRY(file.commit());
  Appending appending(state, writer_of);
  const MutableBytes bytes = std::as_writable_bytes(std::span(pending));
  std::vector<Offset> base_offsets;
  for (const PendingBatch& batch : *batches) {
    base_offsets.push_back(TRY(appending.append(batch, bytes.subspan(batch.at, batch.size))));
  }
  if (options.is_synced) TRY(appending.sync());
  finish_claim(state);
  return base_offsets;
}

}  // namespace estream::group
