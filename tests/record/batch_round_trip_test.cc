#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "record/batch_builder.h"
#include "record/batch_records.h"
#include "support/batches.h"
#include "support/compressed.h"
#include "support/seed.h"

using namespace estream;

namespace {

// Records of any shape that a batch can hold, from a seed.
class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::vector<OwnedRecord> next_batch() {
    // Short ones are the rule; now and then one that needs every width of varint.
    const std::size_t count = 1 + below(below(20) == 0 ? 20000 : 100);
    const std::size_t size_max = count > 1000 ? 20 : below(10) == 0 ? 100000 : 300;
    const bool has_gaps = below(2) == 0;
    std::vector<OwnedRecord> records;
    std::int64_t offset = -1;
    for (std::size_t i = 0; i < count; i++) {
      offset += has_gaps ? static_cast<std::int64_t>(1 + below(1000)) : 1;
      const auto timestamp = 1700000000000 + static_cast<std::int64_t>(below(1 << below(30)));
      records.push_back({offset, timestamp, field(size_max), field(size_max), {}});
      for (std::size_t header = below(8) == 0 ? below(20) : 0; header > 0; header--) {
        records.back().headers.emplace_back(text(30), field(30));
      }
    }
    return records;
  }

 private:
  std::string text(std::size_t size_max) {
    std::string bytes(below(1 + below(size_max)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(below(below(2) == 0 ? 256 : 4));
    return bytes;
  }

  std::optional<std::string> field(std::size_t size_max) {
    if (below(5) == 0) return std::nullopt;
    return text(size_max);
  }

  std::mt19937_64 random_;
};

void fill(BatchBuilder& builder, const std::vector<OwnedRecord>& records) {
  builder.begin({1700000000000});
  for (const OwnedRecord& record : records) {
    std::string headers;
    for (const auto& [key, value] : record.headers) encode_header(headers, {key, value});
    builder.append_at(static_cast<std::int32_t>(record.offset), {record.timestamp_ms}, record.key,
                      record.value, {static_cast<std::int32_t>(record.headers.size()), headers});
  }
}

void check_records(BatchDecoder& decoder, Bytes batch, const std::vector<OwnedRecord>& expected) {
  const auto header = parse_batch_header(batch);
  REQUIRE(header);
  REQUIRE(verify_crc(*header, batch));
  const auto records = decoder.decode(*header, batch);
  REQUIRE(records);
  REQUIRE(records->size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); i++) {
    CAPTURE(i);
    REQUIRE((owned((*records)[i]) == expected[i]));
  }
}

// The batch with its records compressed in a way that we only read.
std::vector<std::byte> recompressed(Bytes plain, Codec codec, const std::string& records) {
  const Bytes stored = as_bytes(records);
  std::vector<std::byte> batch(61 + stored.size());
  std::copy(stored.begin(), stored.end(), batch.begin() + 61);
  BatchHeader header = *parse_batch_header(plain);
  header.codec = codec;
  header.batch_length = static_cast<std::int32_t>(batch.size() - 12);
  store_batch_header(batch, header);
  recompute_crc(batch);
  return batch;
}

}  // namespace

TEST_CASE("any records come back from any codec as they went in") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomRecords random(seed);
  BatchBuilder builder;
  BatchDecoder decoder;
  for (int round = 0; round < 60; round++) {
    CAPTURE(round);
    const std::vector<OwnedRecord> records = random.next_batch();
    fill(builder, records);
    check_records(decoder, *builder.finish(Codec::zstd, 1 + static_cast<int>(random.below(6))),
                  records);
    const Bytes plain = *builder.finish(Codec::none, 0);
    CHECK(plain.size() == builder.size_bytes());
    check_records(decoder, plain, records);

    const std::string_view text = as_text(plain.subspan(61));
    check_records(decoder, recompressed(plain, Codec::gzip, gzip(text)), records);
    check_records(decoder, recompressed(plain, Codec::snappy, snappy_java(text)), records);
    check_records(decoder, recompressed(plain, Codec::lz4, lz4(text)), records);
    check_records(decoder, recompressed(plain, Codec::zstd, zstd_stream(text)), records);
  }
}
