#include "record/batch_header.h"

#include <doctest/doctest.h>

#include <limits>

#include "base/crc32c.h"
#include "support/batches.h"

using namespace estream;

namespace {

// The message of the error for the batch with `value` stored at `at`.
template <class T>
std::string message_with(std::size_t at, T value) {
  auto batch = three_record_batch();
  store_be(MutableBytes(batch), at, value);
  const auto header = parse_batch_header(batch);
  if (header) return "none";
  CHECK(header.error().code == Error::Code::corrupt);
  return header.error().message;
}

}  // namespace

TEST_CASE("a batch that a broker wrote is understood") {
  const auto batch = broker_batch();
  const auto header = parse_batch_header(batch);
  REQUIRE(header);
  CHECK(header->base_offset == Offset{2});
  CHECK(header->size_bytes() == 78);
  CHECK(header->leader_epoch == 0);
  CHECK(header->crc == 3355926470);
  CHECK(header->codec == Codec::none);
  CHECK(header->timestamp_type == TimestampType::create_time);
  CHECK(header->is_transactional);
  CHECK(header->is_control);
  CHECK_FALSE(header->has_delete_horizon);
  CHECK(header->last_offset() == Offset{2});
  CHECK(header->base_timestamp == Timestamp{1665506597998});
  CHECK(header->max_timestamp == Timestamp{1665506597998});
  CHECK(header->producer_id == 0);
  CHECK(header->producer_epoch == 0);
  CHECK(header->base_sequence == -1);
  CHECK(header->record_count == 1);
  CHECK(verify_crc(*header, batch));
}

TEST_CASE("a batch of three records is understood") {
  const auto batch = three_record_batch();
  const auto header = parse_batch_header(batch);
  REQUIRE(header);
  CHECK(header->base_offset == Offset{100});
  CHECK(header->size_bytes() == 97);
  CHECK(header->leader_epoch == 7);
  CHECK(header->crc == 0xC5DEA800);
  CHECK_FALSE(header->is_transactional);
  CHECK_FALSE(header->is_control);
  CHECK(header->last_offset() == Offset{102});
  CHECK(header->next_offset() == Offset{103});
  CHECK(header->base_timestamp == Timestamp{1700000000000});
  CHECK(header->max_timestamp == Timestamp{1700000000005});
  CHECK(header->producer_id == -1);
  CHECK(header->record_count == 3);
  CHECK(verify_crc(*header, batch));
}

TEST_CASE("a batch that compaction emptied is understood") {
  const auto batch = emptied_batch();
  const auto header = parse_batch_header(batch);
  REQUIRE(header);
  CHECK(header->size_bytes() == 61);
  CHECK(header->record_count == 0);
  CHECK(header->last_offset() == Offset{102});
  CHECK(header->base_timestamp == Timestamp{-1});
  CHECK(header->producer_id == 42);
  CHECK(header->producer_epoch == 1);
  CHECK(header->base_sequence == 2147483646);
  CHECK(verify_crc(*header, batch));
}

TEST_CASE("storing what was parsed gives the same bytes") {
  for (const auto& batch : {broker_batch(), three_record_batch(), emptied_batch()}) {
    auto copy = batch;
    std::fill_n(copy.begin(), 61, std::byte{0xEE});
    store_batch_header(copy, *parse_batch_header(batch));
    CHECK(to_hex(copy) == to_hex(batch));
  }
}

TEST_CASE("every field survives being stored and parsed") {
  const BatchHeader header = {.base_offset = {1234567890123},
                              .batch_length = 4321,
                              .leader_epoch = 17,
                              .crc = 0x89ABCDEF,
                              .codec = Codec::lz4,
                              .timestamp_type = TimestampType::log_append_time,
                              .is_transactional = true,
                              .is_control = true,
                              .has_delete_horizon = true,
                              .last_offset_delta = 999,
                              .base_timestamp = {-77},
                              .max_timestamp = {1700000000001},
                              .producer_id = 1LL << 40,
                              .producer_epoch = 3,
                              .base_sequence = 2147483647,
                              .record_count = 1000};
  std::vector<std::byte> bytes(61);
  store_batch_header(bytes, header);
  CHECK(*parse_batch_header(bytes) == header);
}

TEST_CASE("each attribute has its bit") {
  const auto with = [](std::int16_t attributes) {
    auto batch = three_record_batch();
    store_be(MutableBytes(batch), 21, attributes);
    return *parse_batch_header(batch);
  };
  CHECK(with(0x01).codec == Codec::gzip);
  CHECK(with(0x02).codec == Codec::snappy);
  CHECK(with(0x03).codec == Codec::lz4);
  CHECK(with(0x04).codec == Codec::zstd);
  CHECK(with(0x08).timestamp_type == TimestampType::log_append_time);
  CHECK(with(0x10).is_transactional);
  CHECK(with(0x20).is_control);
  CHECK(with(0x40).has_delete_horizon);
}

TEST_CASE("unused attribute bits are ignored, as Kafka does") {
  auto batch = three_record_batch();
  const auto plain = parse_batch_header(batch);
  store_be(MutableBytes(batch), 21, static_cast<std::int16_t>(0xFF80));
  CHECK(*parse_batch_header(batch) == *plain);
}

TEST_CASE("a header that is cut short is refused") {
  const auto batch = three_record_batch();
  for (std::size_t size = 0; size < 61; size++) {
    const auto header = parse_batch_header(Bytes(batch).first(size));
    REQUIRE_FALSE(header);
    CHECK(header.error().message == "batch header: cut short");
  }
  CHECK(parse_batch_header(Bytes(batch).first(61)));
}

TEST_CASE("formats of other ages are refused by name") {
  CHECK(message_with<std::int8_t>(16, 1) == "batch header: magic 1 is not 2");
  CHECK(message_with<std::int8_t>(16, 3) == "batch header: magic 3 is not 2");
  CHECK(message_with<std::int8_t>(16, -1) == "batch header: magic -1 is not 2");
}

TEST_CASE("a file's preallocated zeros are not a batch") {
  CHECK_FALSE(parse_batch_header(std::vector<std::byte>(100)));
}

TEST_CASE("fields out of range are refused") {
  CHECK(message_with<std::int32_t>(8, 48) == "batch header: batch length 48 is out of range");
  CHECK(message_with<std::int32_t>(8, -1) == "batch header: batch length -1 is out of range");
  CHECK(message_with<std::int32_t>(8, (1 << 30) - 11) ==
        "batch header: batch length 1073741813 is out of range");
  CHECK(message_with<std::int32_t>(8, (1 << 30) - 12) == "none");
  CHECK(message_with<std::int64_t>(0, -1) == "batch header: base offset -1 is out of range");
  CHECK(message_with<std::int16_t>(21, 5) == "batch header: codec 5 is out of range");
  CHECK(message_with<std::int16_t>(21, 7) == "batch header: codec 7 is out of range");
  CHECK(message_with<std::int32_t>(23, -1) == "batch header: last offset delta -1 is out of range");
  CHECK(message_with<std::int64_t>(43, -2) == "batch header: producer id -2 is out of range");
  CHECK(message_with<std::int16_t>(51, -2) == "batch header: producer epoch -2 is out of range");
  CHECK(message_with<std::int32_t>(53, -2) == "batch header: base sequence -2 is out of range");
  CHECK(message_with<std::int32_t>(57, -1) == "batch header: record count -1 is out of range");
}

TEST_CASE("more records than can be unpacked in bounded memory are refused") {
  std::vector<std::byte> batch = three_record_batch();
  store_be<std::int32_t>(batch, 23, INT32_MAX);
  store_be<std::int32_t>(batch, 57, 1'048'576);
  CHECK(parse_batch_header(batch));
  store_be<std::int32_t>(batch, 57, 1'048'577);
  const auto header = parse_batch_header(batch);
  REQUIRE(!header);
  CHECK(header.error().message ==
        "batch header: record count 1048577 is more than estream takes in one batch, 1048576");
}

TEST_CASE("more records than offsets are refused, fewer are not") {
  CHECK(message_with<std::int32_t>(57, 4) == "batch header: record count 4 is out of range");
  CHECK(message_with<std::int32_t>(57, 1) == "none");
  CHECK(message_with<std::int32_t>(23, std::numeric_limits<std::int32_t>::max()) == "none");
}

TEST_CASE("offsets up to the largest number but one are accepted") {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  // The batch has three offsets, and the one after them must be a number, too.
  CHECK(message_with<std::int64_t>(0, largest - 3) == "none");
  CHECK(message_with<std::int64_t>(0, largest - 2) ==
        "batch header: base offset 9223372036854775805 is out of range");
  CHECK(message_with<std::int64_t>(0, largest) ==
        "batch header: base offset 9223372036854775807 is out of range");
}

TEST_CASE("the checksum covers every bit from byte 21 on, and none before") {
  const auto batch = three_record_batch();
  const BatchHeader header = *parse_batch_header(batch);
  for (std::size_t bit = 0; bit < batch.size() * 8; bit++) {
    CAPTURE(bit);
    auto damaged = batch;
    damaged[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK(verify_crc(header, damaged).has_value() == (bit < 21 * 8));
  }
}

TEST_CASE("a checksum that differs is reported with both values") {
  auto batch = three_record_batch();
  store_be(MutableBytes(batch), 17, std::uint32_t{0x00C0FFEE});
  const auto answer = verify_crc(*parse_batch_header(batch), batch);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Error::Code::corrupt);
  CHECK(answer.error().message ==
        "batch: crc mismatch: the header says 0x00c0ffee, the bytes have 0xc5dea800");
}

TEST_CASE("fewer or more bytes than the header says do not verify") {
  auto batch = three_record_batch();
  const BatchHeader header = *parse_batch_header(batch);
  const auto fewer = verify_crc(header, Bytes(batch).first(96));
  REQUIRE_FALSE(fewer);
  CHECK(fewer.error().message == "batch: 96 bytes where its header says 97");
  batch.push_back({});
  const auto more = verify_crc(header, batch);
  REQUIRE_FALSE(more);
  CHECK(more.error().message == "batch: 98 bytes where its header says 97");
}

TEST_CASE("base offset and leader epoch can be changed without a new checksum") {
  auto batch = three_record_batch();
  BatchHeader expected = *parse_batch_header(batch);
  patch_base_offset(batch, Offset{5000});
  patch_leader_epoch(batch, 9);
  const BatchHeader header = *parse_batch_header(batch);
  expected.base_offset = {5000};
  expected.leader_epoch = 9;
  CHECK(header == expected);
  CHECK(verify_crc(header, batch));
}

TEST_CASE("producer and last offset delta can be changed with a new checksum") {
  auto batch = three_record_batch();
  BatchHeader expected = *parse_batch_header(batch);
  patch_producer(batch, 1LL << 33, 12, 77);
  patch_last_offset_delta(batch, 40);
  CHECK_FALSE(verify_crc(*parse_batch_header(batch), batch));
  recompute_crc(batch);

  const BatchHeader header = *parse_batch_header(batch);
  CHECK(verify_crc(header, batch));
  expected.crc = crc32c(Bytes(batch).subspan(21));
  expected.producer_id = 1LL << 33;
  expected.producer_epoch = 12;
  expected.base_sequence = 77;
  expected.last_offset_delta = 40;
  CHECK(header == expected);
}

TEST_CASE("the smallest timestamp is the base of a batch of ours, and otherwise known of few") {
  BatchHeader header;
  header.record_count = 2;
  header.base_timestamp = {100};
  header.max_timestamp = {200};
  CHECK(smallest_timestamp(header, BaseTimestamp::smallest) == Timestamp{100});
  CHECK(smallest_timestamp(header, BaseTimestamp::any) == std::nullopt);
  CHECK(first_timestamp(header) == Timestamp{100});
  header.has_delete_horizon = true;
  CHECK(smallest_timestamp(header, BaseTimestamp::smallest) == std::nullopt);
  CHECK(first_timestamp(header) == Timestamp{200});
  header.record_count = 1;
  CHECK(smallest_timestamp(header, BaseTimestamp::any) == Timestamp{200});
  header.record_count = 2;
  header.has_delete_horizon = false;
  header.timestamp_type = TimestampType::log_append_time;
  CHECK(smallest_timestamp(header, BaseTimestamp::any) == Timestamp{200});
}
