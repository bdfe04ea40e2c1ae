#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "record/batch_records.h"

namespace estream::log {

// The producer id that stands for a name in the batches of `--producer NAME`: FNV-1a, 64 bits, of
// the name's bytes, without the sign. Two names share one with a chance of 2^-63.
std::int64_t producer_id_of(std::string_view name);

// The base sequence of a batch whose first record has this number.
std::int32_t base_sequence_of(std::int64_t number);

// Whether the header names the producer, or may have named it before it was damaged. Such a batch
// has to be read, so that its checksum is verified, because its numbers decide which records are
// appended.
bool may_be_of(const BatchHeader& batch, std::int64_t producer_id);

// The records that one idempotent producer already has in one partition, found by the headers of
// the batches. The records are numbered from 0, in the order in which the producer wrote them.
// Kafka's base sequence is that number modulo 2^31, see base_sequence_of().
class ProducerHistory {
 public:
  static Result<ProducerHistory> open(const io::Directory& directory, std::int64_t producer_id);

  // Takes in the batches that any process appended since. It looks up to end_offset().
  Result<void> refresh();

  std::int64_t next_sequence() const { return next_sequence_; }
  Offset end_offset() const { return scan_.end_offset(); }

  // The record with this number; nothing when retention or compaction has removed it. The number
  // must be below next_sequence(), and not below the number of an earlier call. Valid until the
  // next call.
  Result<std::optional<RecordView>> record(std::int64_t sequence);

 private:
  ProducerHistory(PartitionReader scan, PartitionReader replay, std::int64_t producer_id)
      : scan_(std::move(scan)), replay_(std::move(replay)), producer_id_(producer_id) {}

  static std::int64_t after(std::int64_t sequence, const BatchHeader& batch, bool is_first);
  Result<bool> replay_next_batch();

  PartitionReader scan_;  // Over headers, to its end.
  std::vector<std::byte> scan_bytes_;
  PartitionReader replay_;  // Over records, as far as record() was called.
  std::int64_t producer_id_;
  std::int64_t next_sequence_ = 0;
  bool is_empty_ = true;

  BatchDecoder decoder_;
  std::vector<std::byte> bytes_;
  BatchHeader batch_;                   // Of records_.
  std::int64_t batch_sequence_ = 0;     // Of the batch's first offset.
  std::int64_t replayed_sequence_ = 0;  // After the batch.
  bool is_replay_empty_ = true;
  std::span<const RecordView> records_;
  std::size_t next_record_ = 0;
};

}  // namespace estream::log
