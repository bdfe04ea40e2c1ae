#include "group/own_batches.h"

#include <algorithm>
#include <string>
#include <utility>

#include "log/partition_reader.h"
#include "log/producer_history.h"

namespace estream::group {

namespace {

// The sequence of the last record of a batch.
std::int32_t last_sequence_of(const BatchHeader& header) {
  return log::base_sequence_of(std::int64_t{header.base_sequence} + header.last_offset_delta);
}

// A batch that may be ours is read, so that its checksum is verified.
Result<std::optional<BatchHeader>> next_of(log::PartitionReader& reader, std::int64_t producer_id,
                                           std::vector<std::byte>& bytes) {
  for (;;) {
    const auto header = TRY(reader.peek());
    if (!header) return std::optional<BatchHeader>();
    if (!log::may_be_of(*header, producer_id)) {
      reader.skip();
      continue;
    }
    TRY(reader.read(bytes));
    if (header->producer_id == producer_id) return header;
  }
}

Result<bool> has_last(log::PartitionReader& reader, const PositionState& state,
                      const SinkPartition& partition) {
  if (partition.end < 0) return true;
  if (reader.end_offset().value < partition.end) return false;
  const Offset last = {partition.end - 1};
  if (last < reader.log_start_offset()) return true;
  TRY(reader.seek(last));
  const auto header = TRY(reader.peek());
  return header && header->last_offset() == last && header->producer_id == state.producer_id &&
         last_sequence_of(*header) == log::base_sequence_of(partition.next - 1);
}

Error refused(const PositionState& state, std::uint16_t sink, std::int32_t number,
              const std::string& what) {
  return {Error::Code::corrupt,
          state.sinks[sink].topic + "/" + std::to_string(number) + ": " + what};
}

}  // namespace

Offset OwnBatches::end_of(const PendingBatch& batch) const {
  const std::int32_t last = last_sequence_of(batch.header);
  const auto same = std::ranges::find(found, last, &Batch::last_sequence);
  if (same != found.end()) return same->end;
  return found.empty() ? log_end : found.back().end;
}

Result<OwnBatches> find_own_batches(const io::Directory& partition, const PositionState& state,
                                    std::uint16_t sink, std::int32_t number) {
  const SinkPartition& known = state.sinks[sink].partitions[static_cast<std::size_t>(number)];
  log::PartitionReader reader = TRY(log::PartitionReader::open(partition, log::Layout::estream,
                                                               std::nullopt, log::Extent::written));
  OwnBatches own;
  own.log_end = TRY(reader.known_end());
  own.has_last = TRY(has_last(reader, state, known));
  TRY(reader.seek(known.looked));
  std::vector<std::byte> bytes;
  while (const auto header = TRY(next_of(reader, state.producer_id, bytes))) {
    if (header->last_offset() < known.looked) continue;
    own.found.push_back({last_sequence_of(*header), header->last_offset() + 1});
  }
  // Not before: where retention was faster than the reader, it went on behind what was deleted.
  own.log_start = reader.log_start_offset();
  if (Offset{known.end - 1} < own.log_start) own.has_last = true;
  return own;
}

Result<std::size_t> judge(const OwnBatches& own, const std::vector<PendingBatch>& pending,
                          const PositionState& state, std::uint16_t sink, std::int32_t number,
                          const SettleOptions& options) {
  const SinkPartition& known = state.sinks[sink].partitions[static_cast<std::size_t>(number)];
  std::size_t there = 0;
  for (const OwnBatches::Batch& batch : own.found) {
    const auto same = std::ranges::find_if(pending, [&](const PendingBatch& candidate) {
      return last_sequence_of(candidate.header) == batch.last_sequence;
    });
    if (same == pending.end()) {
      return refused(state, sink, number,
                     "holds more of " + options.owner +
                         " than its position file knows: the file is older than the topic" +
                         (options.anew.empty() ? "" : "; " + options.anew));
    }
    there = static_cast<std::size_t>(same - pending.begin()) + 1;
  }
  if (there == 0 && !own.has_last) {
    return refused(
        state, sink, number,
        options.owner + " had written up to offset " + std::to_string(known.end) +
            ", which is not there: this is not the topic that it wrote to; " +
            (options.anew.empty() ? "--seek POS --into " + state.sinks[sink].topic + " begins anew"
                                  : options.anew));
  }
  const std::size_t rest = pending.size() - there;
  const Offset place = own.found.empty() ? known.looked : own.found.back().end;
  if (rest == 0 || own.log_start <= place) return there;
  if (options.doubt == Doubt::missing) return there;
  if (options.doubt == Doubt::appended) return pending.size();
  return refused(
      state, sink, number,
      "whether " + std::to_string(rest) + (rest == 1 ? " batch" : " batches") + " of " +
          options.owner + " are in the log cannot be told, retention deleted up to " +
          std::to_string(own.log_start.value) + "; " +
          (options.resolve.empty() ? "--settle appended or --settle missing" : options.resolve));
}

}  // namespace estream::group
