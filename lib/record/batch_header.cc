#include "record/batch_header.h"

#include <limits>
#include <string>

#include "base/assert.h"
#include "base/crc32c.h"
#include "base/endian.h"

namespace estream {

namespace {

constexpr std::int8_t magic = 2;

constexpr std::size_t base_offset_at = 0;
constexpr std::size_t batch_length_at = 8;
constexpr std::size_t leader_epoch_at = 12;
constexpr std::size_t magic_at = 16;
constexpr std::size_t crc_at = 17;
constexpr std::size_t attributes_at = 21;
constexpr std::size_t last_offset_delta_at = 23;
constexpr std::size_t base_timestamp_at = 27;
constexpr std::size_t max_timestamp_at = 35;
constexpr std::size_t producer_id_at = 43;
constexpr std::size_t producer_epoch_at = 51;
constexpr std::size_t base_sequence_at = 53;
constexpr std::size_t record_count_at = 57;
static_assert(batch_length_at + 4 == batch_length_end);
static_assert(crc_at + 4 == batch_crc_start);
static_assert(record_count_at + 4 == batch_header_bytes);

constexpr int codec_bits = 0x07;
constexpr int log_append_time_bit = 1 << 3;
constexpr int transactional_bit = 1 << 4;
constexpr int control_bit = 1 << 5;
constexpr int delete_horizon_bit = 1 << 6;

Error corrupt_header(const std::string& what) {
  return {Error::Code::corrupt, "batch header: " + what};
}

Error corrupt_field(const std::string& name, std::int64_t value) {
  return corrupt_header(name + " " + std::to_string(value) + " is out of range");
}

Error foreign_magic(std::int8_t value) {
  return corrupt_header("magic " + std::to_string(value) + " is not 2");
}

Result<void> check_length(std::int32_t length) {
  constexpr auto shortest = static_cast<std::int32_t>(batch_header_bytes - batch_length_end);
  constexpr auto longest = static_cast<std::int32_t>(batch_bytes_max - batch_length_end);
  if (length < shortest || length > longest) return corrupt_field("batch length", length);
  return {};
}

Result<void> check_offsets(const BatchHeader& header) {
  if (header.base_offset < Offset{0}) {
    return corrupt_field("base offset", header.base_offset.value);
  }
  if (header.last_offset_delta < 0) {
    return corrupt_field("last offset delta", header.last_offset_delta);
  }
  // The offset after the batch has to be a number, too.
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  if (header.base_offset.value >= largest - header.last_offset_delta) {
    return corrupt_field("base offset", header.base_offset.value);
  }
  if (header.record_count < 0 || header.record_count > std::int64_t{header.last_offset_delta} + 1) {
    return corrupt_field("record count", header.record_count);
  }
  if (header.record_count > batch_records_max) {
    return corrupt_header("record count " + std::to_string(header.record_count) +
                          " is more than estream takes in one batch, " +
                          std::to_string(batch_records_max));
  }
  return {};
}

Result<void> check_producer(const BatchHeader& header) {
  if (header.producer_id < -1) return corrupt_field("producer id", header.producer_id);
  if (header.producer_epoch < -1) return corrupt_field("producer epoch", header.producer_epoch);
  if (header.base_sequence < -1) return corrupt_field("base sequence", header.base_sequence);
  return {};
}

std::int16_t attributes_of(const BatchHeader& header) {
  int attributes = static_cast<int>(header.codec);
  if (header.timestamp_type == TimestampType::log_append_time) attributes |= log_append_time_bit;
  if (header.is_transactional) attributes |= transactional_bit;
  if (header.is_control) attributes |= control_bit;
  if (header.has_delete_horizon) attributes |= delete_horizon_bit;
  return static_cast<std::int16_t>(attributes);
}

std::string hex(std::uint32_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += digits[(value >> shift) & 0xF];
  return text;
}

}  // namespace

Result<BatchHeader> parse_batch_header(Bytes bytes) {
  if (bytes.size() < batch_header_bytes) return corrupt_header("cut short");
  // The magic comes first, since it decides what the other bytes are.
  const auto found_magic = load_be<std::int8_t>(bytes, magic_at);
  if (found_magic != magic) return foreign_magic(found_magic);

  const int attributes = load_be<std::int16_t>(bytes, attributes_at);
  const int codec_id = attributes & codec_bits;
  if (codec_id >= codec_count) return corrupt_field("codec", codec_id);

  const BatchHeader header = {
      .base_offset = {load_be<std::int64_t>(bytes, base_offset_at)},
      .batch_length = load_be<std::int32_t>(bytes, batch_length_at),
      .leader_epoch = load_be<std::int32_t>(bytes, leader_epoch_at),
      .crc = load_be<std::uint32_t>(bytes, crc_at),
      .codec = static_cast<Codec>(codec_id),
      .timestamp_type = (attributes & log_append_time_bit) != 0 ? TimestampType::log_append_time
                                                                : TimestampType::create_time,
      .is_transactional = (attributes & transactional_bit) != 0,
      .is_control = (attributes & control_bit) != 0,
      .has_delete_horizon = (attributes & delete_horizon_bit) != 0,
      .last_offset_delta = load_be<std::int32_t>(bytes, last_offset_delta_at),
      .base_timestamp = {load_be<std::int64_t>(bytes, base_timestamp_at)},
      .max_timestamp = {load_be<std::int64_t>(bytes, max_timestamp_at)},
      .producer_id = load_be<std::int64_t>(bytes, producer_id_at),
      .producer_epoch = load_be<std::int16_t>(bytes, producer_epoch_at),
      .base_sequence = load_be<std::int32_t>(bytes, base_sequence_at),
      .record_count = load_be<std::int32_t>(bytes, record_count_at),
  };
  TRY(check_length(header.batch_length));
  TRY(check_offsets(header));
  TRY(check_producer(header));
  return header;
}

void store_batch_header(MutableBytes batch, const BatchHeader& header) {
  store_be(batch, base_offset_at, header.base_offset.value);
  store_be(batch, batch_length_at, header.batch_length);
  store_be(batch, leader_epoch_at, header.leader_epoch);
  store_be(batch, magic_at, magic);
  store_be(batch, crc_at, header.crc);
  store_be(batch, attributes_at, attributes_of(header));
  store_be(batch, last_offset_delta_at, header.last_offset_delta);
  store_be(batch, base_timestamp_at, header.base_timestamp.ms);
  store_be(batch, max_timestamp_at, header.max_timestamp.ms);
  store_be(batch, producer_id_at, header.producer_id);
  store_be(batch, producer_epoch_at, header.producer_epoch);
  store_be(batch, base_sequence_at, header.base_sequence);
  store_be(batch, record_count_at, header.record_count);
}

std::optional<Timestamp> smallest_timestamp(const BatchHeader& header, BaseTimestamp base) {
  if (header.timestamp_type == TimestampType::log_append_time) return header.max_timestamp;
  if (header.record_count == 1) return header.max_timestamp;
  if (base == BaseTimestamp::any || header.has_delete_horizon) return std::nullopt;
  return header.base_timestamp;
}

Timestamp first_timestamp(const BatchHeader& header) {
  return smallest_timestamp(header, BaseTimestamp::smallest).value_or(header.max_timestamp);
}

Result<void> verify_crc(const BatchHeader& header, Bytes batch) {
  if (batch.size() != header.size_bytes()) {
    return Error{Error::Code::corrupt, "batch: " + std::to_string(batch.size()) +
                                           " bytes where its header says " +
                                           std::to_string(header.size_bytes())};
  }
  const std::uint32_t found = crc32c(batch.subspan(batch_crc_start));
  if (found != header.crc) {
    return Error{Error::Code::corrupt, "batch: crc mismatch: the header says " + hex(header.crc) +
                                           ", the bytes have " + hex(found)};
  }
  return {};
}

void patch_base_offset(MutableBytes batch, Offset base_offset) {
  store_be(batch, base_offset_at, base_offset.value);
}

void patch_leader_epoch(MutableBytes batch, std::int32_t leader_epoch) {
  store_be(batch, leader_epoch_at, leader_epoch);
}

void patch_last_offset_delta(MutableBytes batch, std::int32_t last_offset_delta) {
  store_be(batch, last_offset_delta_at, last_offset_delta);
}

void patch_producer(MutableBytes batch, std::int64_t producer_id, std::int16_t producer_epoch,
                    std::int32_t base_sequence) {
  store_be(batch, producer_id_at, producer_id);
  store_be(batch, producer_epoch_at, producer_epoch);
  store_be(batch, base_sequence_at, base_sequence);
}

void recompute_crc(MutableBytes batch) {
  ASSERT(batch.size() >= batch_header_bytes);
  store_be(batch, crc_at, crc32c(batch.subspan(batch_crc_start)));
}

}  // namespace estream
