#include "group/pending_batches.h"

#include <map>
#include <utility>

#include "base/endian.h"
#include "log/producer_history.h"

namespace estream::group {

namespace {

constexpr std::size_t prefix_bytes = 10;

}  // namespace

void add_pending(std::string& pending, std::uint16_t sink, std::int32_t partition, Bytes batch) {
  const std::size_t at = pending.size();
  pending.resize(at + prefix_bytes);
  const MutableBytes prefix = std::as_writable_bytes(std::span(pending)).subspan(at);
  store_be(prefix, 0, sink);
  store_be(prefix, 2, partition);
  store_be(prefix, 6, static_cast<std::uint32_t>(batch.size()));
  pending.append(as_text(batch));
}

std::optional<std::vector<PendingBatch>> read_pending(std::string& pending,
                                                      const PositionState& state) {
  std::vector<PendingBatch> batches;
  MutableBytes rest = std::as_writable_bytes(std::span(pending));
  while (!rest.empty()) {
    if (rest.size() < prefix_bytes) return std::nullopt;
    PendingBatch batch;
    batch.sink = load_be<std::uint16_t>(rest, 0);
    batch.partition = load_be<std::int32_t>(rest, 2);
    const auto size = load_be<std::uint32_t>(rest, 6);
    rest = rest.subspan(prefix_bytes);
    if (size > rest.size() || batch.sink >= state.sinks.size()) return std::nullopt;
    const auto& partitions = state.sinks[batch.sink].partitions;
    if (batch.partition < 0 || std::cmp_greater_equal(batch.partition, partitions.size())) {
      return std::nullopt;
    }
    batch.bytes = rest.first(size);
    rest = rest.subspan(size);
    const auto header = parse_batch_header(batch.bytes);
    if (!header || header->size_bytes() != size) return std::nullopt;
    batch.header = *header;
    batches.push_back(batch);
  }
  return batches;
}

void number_pending(std::vector<PendingBatch>& batches, const PositionState& state) {
  std::map<std::pair<std::uint16_t, std::int32_t>, std::int64_t> next;
  for (PendingBatch& batch : batches) {
    const std::size_t partition = static_cast<std::size_t>(batch.partition);
    const std::int64_t begin = state.sinks[batch.sink].partitions[partition].next;
    auto& number = next.emplace(std::pair(batch.sink, batch.partition), begin).first->second;
    patch_producer(batch.bytes, state.producer_id, 0, log::base_sequence_of(number));
    recompute_crc(batch.bytes);
    batch.header.base_sequence = log::base_sequence_of(number);
    number += batch.header.last_offset_delta + 1;
  }
}

}  // namespace estream::group
