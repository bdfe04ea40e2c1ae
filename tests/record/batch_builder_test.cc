#include "record/batch_builder.h"

#include <doctest/doctest.h>

#include <limits>

#include "record/batch_records.h"
#include "support/batches.h"

using namespace estream;

namespace {

const std::string one_mebibyte(1 << 20, 'x');

std::vector<OwnedRecord> decoded(Bytes batch) {
  const auto header = parse_batch_header(batch);
  REQUIRE(header);
  REQUIRE(verify_crc(*header, batch));
  BatchDecoder decoder;
  const auto records = decoder.decode(*header, batch);
  REQUIRE(records);
  std::vector<OwnedRecord> copies;
  for (const RecordView& record : *records) copies.push_back(owned(record));
  return copies;
}

}  // namespace

TEST_CASE("a builder makes the bytes of the batch made by hand") {
  std::string encoded;
  encode_header(encoded, {"h", "x"});
  encode_header(encoded, {"n", std::nullopt});
  BatchBuilder builder;
  builder.begin({1700000000000});
  builder.append({1700000000000}, "k1", "v1", {});
  builder.append({1700000000005}, std::nullopt, "v2", {2, encoded});
  builder.append({1699999999997}, "k1", std::nullopt, {});
  CHECK(builder.record_count() == 3);
  CHECK(builder.size_bytes() == 97);

  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  patch_base_offset(*batch, Offset{100});
  patch_leader_epoch(*batch, 7);
  CHECK(to_hex(*batch) == to_hex(three_record_batch()));
}

TEST_CASE("a finished batch has no place in the log and no producer yet") {
  BatchBuilder builder;
  builder.begin({1000});
  builder.append({1003}, "k", "v", {});
  builder.append({1001}, "k", "v", {});
  const auto batch = builder.finish(Codec::zstd, 1);
  REQUIRE(batch);
  const auto header = parse_batch_header(*batch);
  REQUIRE(header);
  CHECK(header->size_bytes() == batch->size());
  CHECK(header->base_offset == Offset{0});
  CHECK(header->leader_epoch == 0);
  CHECK(header->codec == Codec::zstd);
  CHECK(header->timestamp_type == TimestampType::create_time);
  CHECK(header->last_offset_delta == 1);
  CHECK(header->base_timestamp == Timestamp{1000});
  CHECK(header->max_timestamp == Timestamp{1003});
  CHECK(header->producer_id == -1);
  CHECK(header->producer_epoch == -1);
  CHECK(header->base_sequence == -1);
  CHECK(header->record_count == 2);
  CHECK(verify_crc(*header, *batch));
}

TEST_CASE("a record costs seven bytes and what it carries") {
  BatchBuilder builder;
  builder.begin({1000});
  CHECK(builder.size_bytes() == 61);
  builder.append({1000}, std::nullopt, std::nullopt, {});
  CHECK(builder.size_bytes() == 61 + 7);
  builder.append({1000}, "key", "value", {});
  CHECK(builder.size_bytes() == 61 + 7 + 7 + 8);
}

TEST_CASE("null and empty stay apart") {
  BatchBuilder builder;
  builder.begin({0});
  builder.append({0}, std::nullopt, "", {});
  builder.append({0}, "", std::nullopt, {});
  const auto records = decoded(*builder.finish(Codec::none, 0));
  REQUIRE(records.size() == 2);
  CHECK(records[0].key == std::nullopt);
  CHECK(records[0].value == "");
  CHECK(records[1].key == "");
  CHECK(records[1].value == std::nullopt);
}

TEST_CASE("a record can have more headers than one byte counts") {
  OwnedRecord record = {0, 0, "k", "v", {}};
  std::string encoded;
  for (int i = 0; i < 100; i++) {
    record.headers.emplace_back("key", std::string(70, 'x'));
    encode_header(encoded, {"key", record.headers.back().second});
  }
  BatchBuilder builder;
  builder.begin({0});
  builder.append({0}, "k", "v", {100, encoded});
  CHECK(decoded(*builder.finish(Codec::none, 0)) == std::vector<OwnedRecord>{record});
}

TEST_CASE("the same batch can be finished again with another codec") {
  BatchBuilder builder;
  builder.begin({0});
  for (int i = 0; i < 1000; i++) builder.append({i}, std::to_string(i), "value", {});
  const auto compressed = decoded(*builder.finish(Codec::zstd, 3));
  CHECK(compressed.size() == 1000);
  CHECK(compressed == decoded(*builder.finish(Codec::none, 0)));
}

TEST_CASE("begin drops the batch before") {
  BatchBuilder builder;
  builder.begin({5});
  builder.append({900}, "old", "old", {});
  REQUIRE(builder.finish(Codec::none, 0));
  builder.begin({7});
  CHECK(builder.record_count() == 0);
  CHECK(builder.size_bytes() == 61);
  builder.append({8}, "new", "new", {});
  const auto batch = builder.finish(Codec::none, 0);
  CHECK(parse_batch_header(*batch)->max_timestamp == Timestamp{8});
  CHECK(decoded(*batch) == std::vector<OwnedRecord>{{0, 8, "new", "new", {}}});
}

TEST_CASE("offsets can be left out, for compaction") {
  BatchBuilder builder;
  builder.begin({0});
  builder.append_at(3, {10}, "a", "1", {});
  builder.append_at(900, {20}, "b", "2", {});
  builder.append({30}, "c", "3", {});
  const auto batch = builder.finish(Codec::zstd, 1);
  CHECK(parse_batch_header(*batch)->last_offset_delta == 901);
  CHECK(parse_batch_header(*batch)->record_count == 3);
  CHECK(decoded(*batch) == std::vector<OwnedRecord>{{3, 10, "a", "1", {}},
                                                    {900, 20, "b", "2", {}},
                                                    {901, 30, "c", "3", {}}});
}

TEST_CASE("a batch without records is its header alone, whatever the codec") {
  BatchBuilder builder;
  builder.begin({-1});
  const auto batch = builder.finish(Codec::zstd, 1);
  REQUIRE(batch);
  CHECK(batch->size() == 61);
  const BatchHeader header = *parse_batch_header(*batch);
  CHECK(header.codec == Codec::none);
  CHECK(header.record_count == 0);
  CHECK(header.last_offset_delta == 0);
  CHECK(decoded(*batch).empty());
}

TEST_CASE("timestamps before the base, and extreme ones, come back") {
  constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  BatchBuilder builder;
  builder.begin({1000});
  for (const std::int64_t ms : {std::int64_t{-1}, std::int64_t{999}, smallest, largest}) {
    builder.append({ms}, "k", "v", {});
  }
  const auto batch = builder.finish(Codec::none, 0);
  CHECK(parse_batch_header(*batch)->max_timestamp == Timestamp{largest});
  const auto records = decoded(*batch);
  REQUIRE(records.size() == 4);
  CHECK(records[0].timestamp_ms == -1);
  CHECK(records[1].timestamp_ms == 999);
  CHECK(records[2].timestamp_ms == smallest);
  CHECK(records[3].timestamp_ms == largest);
}

TEST_CASE("timestamps as far apart as can be come back when the base is found") {
  BatchBuilder builder;
  builder.begin();
  const std::int64_t times[] = {INT64_MAX, -1, INT64_MIN, 0, INT64_MAX};
  for (const std::int64_t ms : times) builder.append({ms}, std::nullopt, "v", {});
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  const auto header = parse_batch_header(*batch);
  REQUIRE(header);
  CHECK(header->base_timestamp == Timestamp{INT64_MIN});
  CHECK(header->max_timestamp == Timestamp{INT64_MAX});
  BatchDecoder decoder;
  const auto records = decoder.decode(*header, *batch);
  REQUIRE(records);
  for (std::size_t i = 0; i < records->size(); i++) CHECK((*records)[i].timestamp.ms == times[i]);
}

TEST_CASE("the maximum is one of the timestamps even when the base is above them") {
  BatchBuilder builder;
  builder.begin({1000});
  builder.append({10}, "k", "v", {});
  CHECK(parse_batch_header(*builder.finish(Codec::none, 0))->max_timestamp == Timestamp{10});
}

TEST_CASE("a batch that does not shrink still has the codec asked for") {
  BatchBuilder builder;
  builder.begin({0});
  builder.append({0}, "k", "v", {});
  const auto batch = builder.finish(Codec::zstd, 1);
  CHECK(parse_batch_header(*batch)->codec == Codec::zstd);
  CHECK(decoded(*batch).size() == 1);
}

TEST_CASE("more than 128 MiB of records are refused, and the next batch is not affected") {
  BatchBuilder builder;
  builder.begin({0});
  for (int i = 0; i < 127; i++) builder.append({0}, "k", one_mebibyte, {});
  CHECK(builder.record_count() == 127);
  builder.append({0}, "k", one_mebibyte + "y", {});
  CHECK(builder.record_count() == 127);
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE_FALSE(batch);
  CHECK(batch.error().code == Error::Code::data);

  builder.begin({0});
  builder.append({0}, "k", "v", {});
  CHECK(builder.finish(Codec::none, 0));
}

TEST_CASE("as many records as a reader takes are built, and one more is refused") {
  BatchBuilder builder;
  builder.begin({0});
  for (int i = 0; i < 1'048'576; i++) builder.append({0}, std::nullopt, "", {});
  const auto batch = builder.finish(Codec::zstd, 1);
  REQUIRE(batch);
  CHECK(parse_batch_header(*batch));
  builder.append({0}, std::nullopt, "", {});
  CHECK(builder.record_count() == 1'048'576);
  const auto refused = builder.finish(Codec::zstd, 1);
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::data);
}

TEST_CASE("the largest batch that can be built can be read") {
  BatchBuilder builder;
  builder.begin({0});
  for (int i = 0; i < 127; i++) builder.append({0}, "k", one_mebibyte, {});
  builder.append({0}, "k", one_mebibyte.substr(0, (1 << 20) - 2000), {});
  REQUIRE(builder.record_count() == 128);
  CHECK(decoded(*builder.finish(Codec::zstd, 1)).size() == 128);
}

TEST_CASE("a codec that is only read is refused, and so is a level beyond the range") {
  BatchBuilder builder;
  builder.begin({0});
  builder.append({0}, "k", "v", {});
  CHECK(builder.finish(Codec::gzip, 1).error().code == Error::Code::usage);
  CHECK(builder.finish(Codec::zstd, 23).error().code == Error::Code::usage);
}

TEST_CASE("one record may take all of the room for records, to the byte") {
  // Length, attributes, three deltas, no key and no headers, and the length of the value.
  constexpr std::size_t overhead_bytes = 4 + 1 + 1 + 1 + 1 + 4 + 1;
  const std::string value(records_bytes_max - overhead_bytes + 1, 'x');
  BatchBuilder builder;
  builder.begin();
  builder.append({5}, std::nullopt, std::string_view(value).substr(1), {});
  CHECK(builder.size_bytes() == batch_header_bytes + records_bytes_max);
  CHECK(builder.finish(Codec::none, 1));
  builder.begin();
  builder.append({5}, std::nullopt, value, {});
  CHECK_FALSE(builder.finish(Codec::none, 1));
}
