#include "log/producer_history.h"

#include <bit>

namespace estream::log {

namespace {

constexpr std::int64_t sequence_modulus = std::int64_t{1} << 31;
constexpr int damaged_bits_max = 2;

}  // namespace

// Another producer may have an id that is as similar; this is rare, and costs only a read.
bool may_be_of(const BatchHeader& batch, std::int64_t producer_id) {
  const auto difference = static_cast<std::uint64_t>(batch.producer_id ^ producer_id);
  return std::popcount(difference) <= damaged_bits_max;
}

std::int64_t producer_id_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return static_cast<std::int64_t>(hash & INT64_MAX);
}

std::int32_t base_sequence_of(std::int64_t number) {
  return static_cast<std::int32_t>(number % sequence_modulus);
}

Result<ProducerHistory> ProducerHistory::open(const io::Directory& directory,
                                              std::int64_t producer_id) {
  const auto reader = [&] {
    return PartitionReader::open(directory, Layout::estream, std::nullopt, Extent::written);
  };
  PartitionReader scan = TRY(reader());
  PartitionReader replay = TRY(reader());
  ProducerHistory history(std::move(scan), std::move(replay), producer_id);
  TRY(history.refresh());
  return history;
}

// The number of the batch's first record. The batch has only its low 31 bits; the others follow
// from `sequence`, the next number that is expected.
std::int64_t ProducerHistory::after(std::int64_t sequence, const BatchHeader& batch,
                                    bool is_first) {
  if (is_first) return batch.base_sequence;
  const std::int64_t step =
      (batch.base_sequence - sequence % sequence_modulus + sequence_modulus) % sequence_modulus;
  return sequence + step;
}

Result<void> ProducerHistory::refresh() {
  TRY(scan_.refresh());
  for (;;) {
    const auto batch = TRY(scan_.peek());
    if (!batch) return {};
    if (!may_be_of(*batch, producer_id_)) {
      scan_.skip();
      continue;
    }
    TRY(scan_.read(scan_bytes_));
    if (batch->producer_id != producer_id_) continue;
    next_sequence_ = after(next_sequence_, *batch, is_empty_) + batch->last_offset_delta + 1;
    is_empty_ = false;
  }
}

// Decodes the producer's next batch; false at the end.
Result<bool> ProducerHistory::replay_next_batch() {
  for (;;) {
    const auto batch = TRY(replay_.peek());
    if (!batch) {
      const bool has_more = TRY(replay_.refresh());
      if (!has_more) return false;
      continue;
    }
    if (batch->producer_id != producer_id_) {
      replay_.skip();
      continue;
    }
    batch_ = *batch;
    TRY(replay_.read(bytes_));
    records_ = TRY(decoder_.decode(batch_, bytes_));
    next_record_ = 0;
    batch_sequence_ = after(replayed_sequence_, batch_, is_replay_empty_);
    replayed_sequence_ = batch_sequence_ + batch_.last_offset_delta + 1;
    is_replay_empty_ = false;
    return true;
  }
}

Result<std::optional<RecordView>> ProducerHistory::record(std::int64_t sequence) {
  ASSERT(sequence < next_sequence_);
  for (;;) {
    while (next_record_ < records_.size()) {
      const RecordView& record = records_[next_record_];
      const std::int64_t number = batch_sequence_ + (record.offset - batch_.base_offset);
      if (number == sequence) return std::optional(record);
      if (number > sequence) return std::optional<RecordView>();
      next_record_++;
    }
    if (!is_replay_empty_ && sequence < replayed_sequence_) return std::optional<RecordView>();
    const bool has_batch = TRY(replay_next_batch());
    if (!has_batch) return std::optional<RecordView>();
  }
}

}  // namespace estream::log
