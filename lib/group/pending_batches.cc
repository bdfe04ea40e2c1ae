#include "group/pending_batches.h"

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "log/producer_history.h"

namespace estream::group {

namespace {

constexpr std::size_t prefix_bytes = 10;
constexpr std::size_t front_bytes = prefix_bytes + batch_header_bytes;

// One batch; nothing when the bytes are none. `front` is its prefix and the header of the batch.
std::optional<PendingBatch> parse_front(Bytes front, std::uint64_t at, const PositionState& state) {
  PendingBatch batch;
  batch.sink = load_be<std::uint16_t>(front, 0);
  batch.partition = load_be<std::int32_t>(front, 2);
  batch.size = load_be<std::uint32_t>(front, 6);
  batch.at = at + prefix_bytes;
  if (batch.sink >= state.sinks.size()) return std::nullopt;
  const auto& partitions = state.sinks[batch.sink].partitions;
  const bool has_partition =
      batch.partition >= 0 && std::cmp_less(batch.partition, partitions.size());
  const auto header = parse_batch_header(front.subspan(prefix_bytes));
  if (!has_partition || !header || header->size_bytes() != batch.size) return std::nullopt;
  batch.header = *header;
  return batch;
}

// `read(at, out)` fills `out` with pending bytes, of which there are `size`.
template <class Read>
Result<std::optional<std::vector<PendingBatch>>> list(std::uint64_t size,
                                                      const PositionState& state, Read read) {
  std::vector<PendingBatch> batches;
  std::array<std::byte, front_bytes> front = {};
  for (std::uint64_t at = 0; at < size;) {
    const std::uint64_t rest = size - at;
    if (rest < front_bytes) return std::optional<std::vector<PendingBatch>>();
    TRY(read(at, MutableBytes(front)));
    const auto batch = parse_front(front, at, state);
    if (!batch || batch->size > rest - prefix_bytes) {
      return std::optional<std::vector<PendingBatch>>();
    }
    batches.push_back(*batch);
    at += prefix_bytes + batch->size;
  }
  return std::optional(std::move(batches));
}

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

std::optional<std::vector<PendingBatch>> list_pending(const std::string& pending,
                                                      const PositionState& state) {
  const Bytes bytes = std::as_bytes(std::span(pending));
  auto batches = list(pending.size(), state, [&](std::uint64_t at, MutableBytes out) {
    std::ranges::copy(bytes.subspan(at, out.size()), out.begin());
    return Result<void>();
  });
  return *std::move(batches);
}

Result<std::vector<PendingBatch>> list_pending(const PositionFile& file) {
  const PositionContent& content = file.content();
  auto batches =
      TRY(list(content.slot.pending.bytes, content.state,
               [&](std::uint64_t at, MutableBytes out) { return file.read_pending(at, out); }));
  if (batches) return *std::move(batches);
  return Error::in_file(Error::Code::corrupt, file.name(), "the pending batches are damaged");
}

NextSequences next_sequences(const PositionState& state) {
  NextSequences next;
  for (std::uint16_t sink = 0; sink < state.sinks.size(); sink++) {
    const auto& partitions = state.sinks[sink].partitions;
    for (std::size_t i = 0; i < partitions.size(); i++) {
      next[{sink, static_cast<std::int32_t>(i)}] = partitions[i].next;
    }
  }
  return next;
}

void number_pending(std::string& pending, std::vector<PendingBatch>& batches,
                    std::int64_t producer_id, NextSequences& next) {
  for (PendingBatch& batch : batches) {
    std::int64_t& number = next[{batch.sink, batch.partition}];
    const MutableBytes bytes =
        std::as_writable_bytes(std::span(pending)).subspan(batch.at, batch.size);
    patch_producer(bytes, producer_id, 0, log::base_sequence_of(number));
    recompute_crc(bytes);
    batch.header.base_sequence = log::base_sequence_of(number);
    number += batch.header.last_offset_delta + 1;
  }
}

}  // namespace estream::group
