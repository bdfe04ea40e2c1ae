#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "codec/codec.h"

// A batch: records that were written, checksummed and compressed together, in the format that Kafka
// calls magic 2. All of its integers are big-endian.
//
//   at  size  field
//    0     8  base_offset
//    8     4  batch_length       bytes after this field
//   12     4  leader_epoch       -1: none
//   16     1  magic              2
//   17     4  crc                CRC-32C of everything from 21 on, as stored
//   21     2  attributes         bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control,
//                                6 delete horizon, 7-15 unused: ignored, and written as 0
//   23     4  last_offset_delta  last offset of the batch - base_offset
//   27     8  base_timestamp     the records' timestamp deltas are relative to it
//   35     8  max_timestamp
//   43     8  producer_id        -1: none
//   51     2  producer_epoch     -1: none
//   53     4  base_sequence      -1: none
//   57     4  record_count       below last_offset_delta + 1 where compaction removed records
//   61        records            see record.h; compressed as one piece, without the count
//
// base_offset and leader_epoch are before the bytes that the checksum covers, so a finished batch
// can still get its place in the log.

namespace estream {

inline constexpr std::size_t batch_length_end = 12;  // batch_length counts from here.
inline constexpr std::size_t batch_crc_start = 21;   // The first byte that the checksum covers.
inline constexpr std::size_t batch_header_bytes = 61;
inline constexpr std::size_t batch_bytes_max = std::size_t{1} << 30;

// The largest size of the records of one batch, uncompressed, for the writer and the readers. Kafka
// has no such limit, but its largest batch (message.max.bytes) is 1 MiB by default.
inline constexpr std::size_t records_bytes_max = 128 * 1024 * 1024;

// The largest number of records of one batch, for the writer and the readers. A record of seven
// bytes takes about a hundred bytes when it is unpacked, so the limit above alone would allow
// gigabytes. Kafka's clients stay below it: librdkafka has a limit of 1 000 000 records, and the
// Java client has a limit in bytes, 16 KiB by default.
inline constexpr std::int32_t batch_records_max = 1 << 20;

enum class TimestampType : std::uint8_t {
  create_time,      // Each record has its own.
  log_append_time,  // All records have max_timestamp; their deltas mean nothing.
};

struct BatchHeader {
  Offset base_offset;
  std::int32_t batch_length = 0;
  std::int32_t leader_epoch = -1;
  std::uint32_t crc = 0;
  Codec codec = Codec::none;
  TimestampType timestamp_type = TimestampType::create_time;
  bool is_transactional = false;
  bool is_control = false;  // Holds the end of a transaction or the like, and no events.
  bool has_delete_horizon =
      false;  // base_timestamp is the time from which tombstones may be removed.
  std::int32_t last_offset_delta = 0;
  Timestamp base_timestamp;
  Timestamp max_timestamp;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  std::int32_t record_count = 0;

  // The size of the whole batch, with this header.
  std::size_t size_bytes() const {
    return batch_length_end + static_cast<std::size_t>(batch_length);
  }
  Offset last_offset() const { return base_offset + last_offset_delta; }
  // The first offset that the next batch may have. The last offset must be below the largest
  // integer.
  Offset next_offset() const { return last_offset() + 1; }

  friend bool operator==(const BatchHeader&, const BatchHeader&) = default;
};

// The header at the beginning of `bytes`. Every field is checked as far as this is possible without
// the records: the sizes are within their limits, last_offset() and next_offset() do not overflow,
// and record_count fits the offsets. verify_crc checks the checksum.
Result<BatchHeader> parse_batch_header(Bytes bytes);

// Writes `header`, with its crc, over the first 61 bytes of `batch`. After any change from byte 21
// on, call recompute_crc.
void store_batch_header(MutableBytes batch, const BatchHeader& header);

// The meaning of the base timestamp of a batch with a time for each record. In a batch of estream
// it is the smallest one. In a batch of a broker it is the one of the first record, which a
// compaction may have removed.
enum class BaseTimestamp { smallest, any };

// The smallest timestamp in the batch, if its header tells it.
std::optional<Timestamp> smallest_timestamp(const BatchHeader& header, BaseTimestamp base);

// The first timestamp of the batch, only for display: if another program wrote the batch, it may
// have smaller ones.
Timestamp first_timestamp(const BatchHeader& header);

// Checks that `batch` has the checksum of its header. `batch` is exactly one whole batch.
Result<void> verify_crc(const BatchHeader& header, Bytes batch);

// These change a finished batch in place. The first two fields are outside the checksum. After a
// change of the others, call recompute_crc.
void patch_base_offset(MutableBytes batch, Offset base_offset);
void patch_leader_epoch(MutableBytes batch, std::int32_t leader_epoch);
void patch_last_offset_delta(MutableBytes batch, std::int32_t last_offset_delta);
void patch_producer(MutableBytes batch, std::int64_t producer_id, std::int16_t producer_epoch,
                    std::int32_t base_sequence);

// Requires that `batch` is one whole batch.
void recompute_crc(MutableBytes batch);

}  // namespace estream
