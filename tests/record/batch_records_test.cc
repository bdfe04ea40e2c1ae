#include "record/batch_records.h"

#include <doctest/doctest.h>

#include "support/batches.h"
#include "support/compressed.h"

using namespace estream;

namespace {

// The two records k1=v1 at offset 0 and null=v2 at offset 5.
constexpr std::string_view two_records = "14000000046b3104763100 10000a0a0104763200";

std::vector<OwnedRecord> decoded(const std::vector<std::byte>& batch) {
  BatchDecoder decoder;
  const auto records = decoder.decode(*parse_batch_header(batch), batch);
  REQUIRE(records);
  std::vector<OwnedRecord> copies;
  for (const RecordView& record : *records) copies.push_back(owned(record));
  return copies;
}

// The message of the error for a batch of `count` records stored as `hex`, or "none".
std::string message_of(std::int32_t count, std::string_view hex) {
  const auto batch = batch_of(Codec::none, count, from_hex(hex));
  BatchDecoder decoder;
  const auto records = decoder.decode(*parse_batch_header(batch), batch);
  if (records) return "none";
  CHECK(records.error().code == Error::Code::corrupt);
  return records.error().message;
}

}  // namespace

TEST_CASE("a control record that a broker wrote is understood") {
  const auto batch = broker_batch();
  BatchDecoder decoder;
  const auto records = decoder.decode(*parse_batch_header(batch), batch);
  REQUIRE(records);
  REQUIRE(records->size() == 1);
  const RecordView& record = records->front();
  CHECK(record.offset == Offset{2});
  CHECK(record.timestamp == Timestamp{1665506597998});
  CHECK(to_hex(as_bytes(*record.key)) == "00000001");
  CHECK(to_hex(as_bytes(*record.value)) == "000000000000");
  CHECK(control_type(record) == ControlType::commit);
}

TEST_CASE("records come with offsets, timestamps, nulls and headers") {
  const std::vector<OwnedRecord> expected = {
      {100, 1700000000000, "k1", "v1", {}},
      {101, 1700000000005, std::nullopt, "v2", {{"h", "x"}, {"n", std::nullopt}}},
      {102, 1699999999997, "k1", std::nullopt, {}},
  };
  CHECK(decoded(three_record_batch()) == expected);
}

TEST_CASE("a batch that compaction emptied has no records") {
  CHECK(decoded(emptied_batch()).empty());
}

TEST_CASE("an empty batch needs no compressed stream") {
  for (int codec = 0; codec < codec_count; codec++) {
    CHECK(decoded(batch_of(static_cast<Codec>(codec), 0, {})).empty());
  }
}

TEST_CASE("every codec and framing yields the same records") {
  const auto plain_bytes = from_hex(two_records);
  const std::string plain(as_text(plain_bytes));
  const std::vector<OwnedRecord> expected = {{0, 1000, "k1", "v1", {}},
                                             {5, 1005, std::nullopt, "v2", {}}};
  CHECK(decoded(batch_of(Codec::none, 2, plain_bytes)) == expected);
  CHECK(decoded(batch_of(Codec::gzip, 2, as_bytes(gzip(plain)))) == expected);
  CHECK(decoded(batch_of(Codec::snappy, 2, as_bytes(snappy_java(plain)))) == expected);
  CHECK(decoded(batch_of(Codec::snappy, 2, as_bytes(snappy_raw(plain)))) == expected);
  CHECK(decoded(batch_of(Codec::lz4, 2, as_bytes(lz4(plain)))) == expected);
  CHECK(decoded(batch_of(Codec::zstd, 2, as_bytes(zstd(plain)))) == expected);
  CHECK(decoded(batch_of(Codec::zstd, 2, as_bytes(zstd_stream(plain)))) == expected);
}

TEST_CASE("with log append time every record has the batch's time") {
  auto batch = three_record_batch();
  store_be(MutableBytes(batch), 21, std::int16_t{0x08});
  recompute_crc(batch);
  for (const OwnedRecord& record : decoded(batch)) CHECK(record.timestamp_ms == 1700000000005);
}

TEST_CASE("record attributes are ignored, as Kafka does") {
  const auto records = decoded(batch_of(Codec::none, 1, from_hex("10ff0000046b310100")));
  CHECK(records.at(0).key == "k1");
}

TEST_CASE("records cannot be more than there are bytes for") {
  CHECK(message_of(3, two_records) == "batch: 3 records cannot be in 20 bytes");
  CHECK(message_of(1, "") == "batch: 1 records cannot be in 0 bytes");
}

TEST_CASE("bytes after the last record are refused") {
  CHECK(message_of(1, two_records) == "batch: 9 bytes left after its last record");
  CHECK(message_of(0, "00") == "batch: 1 bytes left after its last record");
}

TEST_CASE("a record's length must be within the batch") {
  const std::string message = "batch: record 0: its length is not within the batch";
  CHECK(message_of(1, "16000000046b3104763100") == message);
  CHECK(message_of(1, "01000000046b3104763100") == message);
  CHECK(message_of(1, "ffffffff0f 00 00 00 00 00 00") == message);
  CHECK(message_of(1, "ffffffffff 00 00 00 00 00 00") == message);
}

TEST_CASE("errors name the record that they are about") {
  CHECK(message_of(2, "14000000046b3104763100 10000a0a0104763202") ==
        "batch: record 1: its fields are not within its length");
}

TEST_CASE("a record's fields must fill its length exactly") {
  const std::string too_long = "batch: record 0: its fields are not within its length";
  const std::string too_short = "batch: record 0: its fields end before its length";
  CHECK(message_of(1, "14000000046b3104763100") == "none");
  CHECK(message_of(1, "12000000046b31047631 00") == too_long);
  CHECK(message_of(1, "16000000046b310476310000") == too_short);
  CHECK(message_of(1, "14000000146b3104763100") == too_long);  // The key's length.
  CHECK(message_of(1, "14000000046b310a763100") == too_long);  // The value's length.
  CHECK(message_of(1, "00 00000000000000") == too_long);
  CHECK(message_of(1, "0c00ffffffffffffff") == too_long);  // A timestamp delta without an end.
}

TEST_CASE("lengths below -1 are null, as in Kafka") {
  const auto records = decoded(batch_of(Codec::none, 1, from_hex("0c000000 03 05 00")));
  CHECK(records.at(0).key == std::nullopt);
  CHECK(records.at(0).value == std::nullopt);
}

TEST_CASE("header counts and lengths are checked") {
  const std::string bad = "batch: record 0: its fields are not within its length";
  CHECK(message_of(1, "14000000 01 01 02 02680278") == "none");
  CHECK(message_of(1, "14000000 01 01 01 02680278") == bad);  // Fewer than none.
  CHECK(message_of(1, "14000000 01 01 04 02680278") == bad);  // Two, but one is there.
  CHECK(message_of(1, "14000000 01 01 06 02680278") == bad);  // Three cannot be in four bytes.
  CHECK(message_of(1, "14000000 01 01 02 01680278") == bad);  // A null key.
  CHECK(message_of(1, "14000000 01 01 02 0a680278") == bad);  // A key beyond the end.
  CHECK(message_of(1, "14000000 01 01 02 02680478") == bad);  // A value beyond the end.
  CHECK(message_of(1, "1600000001 01 feffffff0f 0000") != "none");  // 2^31 - 1 headers.
  CHECK(message_of(1, "14000000 01 01 00 02680278") ==
        "batch: record 0: its fields end before its length");
}

TEST_CASE("offsets must rise and stay within the batch's") {
  const std::string not_after = "batch: record 1: its offset is not after the one before";
  CHECK(message_of(2, "0c000000010100 0c000012010100") == "none");
  CHECK(message_of(2, "0c000000010100 0c000000010100") == not_after);
  CHECK(message_of(2, "0c000004010100 0c000002010100") == not_after);
  CHECK(message_of(2, "0c000000010100 0c000014010100") ==
        "batch: record 1: its offset is after the batch's last one");
  CHECK(message_of(1, "0c000001010100") ==
        "batch: record 0: its offset is not after the one before");
}

TEST_CASE("damage inside compressed records is reported by the codec") {
  const auto batch = batch_of(Codec::zstd, 1, as_bytes("not zstd at all"));
  BatchDecoder decoder;
  const auto records = decoder.decode(*parse_batch_header(batch), batch);
  REQUIRE_FALSE(records);
  CHECK(records.error().code == Error::Code::corrupt);
  CHECK(records.error().message.starts_with("zstd: "));
}

TEST_CASE("a bomb is refused at 128 MiB") {
  const std::string zeros((128 << 20) + 1, '\0');
  const auto batch = batch_of(Codec::zstd, 1, as_bytes(zstd_stream(zeros)));
  BatchDecoder decoder;
  const auto records = decoder.decode(*parse_batch_header(batch), batch);
  REQUIRE_FALSE(records);
  CHECK(records.error().message == "zstd: more than 134217728 bytes when decompressed");
}

TEST_CASE("a decoder goes on after damage, and after a longer batch") {
  BatchDecoder decoder;
  const auto three = three_record_batch();
  const auto one = batch_of(Codec::none, 1, from_hex("14000000046b3104763100"));
  const auto bad = batch_of(Codec::none, 1, from_hex("14000000046b3104763102"));
  for (int round = 0; round < 2; round++) {
    CHECK(decoder.decode(*parse_batch_header(three), three)->size() == 3);
    CHECK_FALSE(decoder.decode(*parse_batch_header(bad), bad));
    CHECK(decoder.decode(*parse_batch_header(one), one)->size() == 1);
  }
}

TEST_CASE("control records are told apart by their keys") {
  const auto type_of = [](std::string_view hex) {
    const auto key = from_hex(hex);
    RecordView record;
    record.key = as_text(key);
    return control_type(record);
  };
  CHECK(type_of("0000 0000") == ControlType::abort);
  CHECK(type_of("0000 0001") == ControlType::commit);
  CHECK(type_of("0000 0002") == ControlType::other);
  CHECK(type_of("0000 ffff") == ControlType::other);
  CHECK(type_of("0007 0001 aabb") == ControlType::commit);
  CHECK(type_of("ffff 0001") == std::nullopt);
  CHECK(type_of("0000 00") == std::nullopt);
  CHECK(control_type(RecordView()) == std::nullopt);
}

TEST_CASE("a batch is decoded within a limit only if it stays there") {
  const auto batch = three_record_batch();
  const BatchHeader header = *parse_batch_header(batch);
  const std::size_t views = 3 * sizeof(RecordView);
  BatchDecoder decoder;
  CHECK_FALSE(decoder.decode_within(header, batch, views - 1));
  CHECK_FALSE(decoder.decode_within(header, batch, views + 1));
  const auto records = decoder.decode_within(header, batch, views + 1000);
  REQUIRE(records);
  CHECK(records->size() == 3);
  CHECK(decoder.decode(header, batch)->size() == 3);
}

TEST_CASE("a count of records is no reason to make room for them") {
  auto batch = batch_of(Codec::none, 3, from_hex("14000000046b3104763100"));
  BatchHeader header = *parse_batch_header(batch);
  header.record_count = batch_records_max;
  BatchDecoder decoder;
  CHECK_FALSE(decoder.decode_within(header, batch, 12 << 20));
  CHECK_FALSE(decoder.decode(header, batch));
}

TEST_CASE("a decoder that gave its memory back decodes again") {
  const auto batch = three_record_batch();
  BatchDecoder decoder;
  for (int round = 0; round < 2; round++) {
    CHECK(decoder.decode(*parse_batch_header(batch), batch)->size() == 3);
    decoder.release();
  }
}
