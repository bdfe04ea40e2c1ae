#include <doctest/doctest.h>

#include "record/batch_builder.h"
#include "record/batch_records.h"
#include "support/batches.h"
#include "support/compressed.h"

using namespace estream;

// Whatever is done to a batch, with its checksum made to fit, the answer is an error or records;
// the sanitizers see to the rest.

namespace {

struct Named {
  std::string_view name;
  std::vector<std::byte> batch;
};

std::vector<Named> batches_of_all_codecs() {
  BatchBuilder builder;
  std::string headers;
  encode_header(headers, {"source", "test"});
  encode_header(headers, {"none", std::nullopt});
  builder.begin({1000});
  for (int i = 0; i < 10; i++) {
    builder.append({1000 + i * 40}, "key " + std::to_string(i), std::string(20, 'v'), {2, headers});
  }
  const auto ours = builder.finish(Codec::zstd, 1);
  REQUIRE(ours);
  const std::vector<std::byte> zstd_by_us(ours->begin(), ours->end());
  const auto plain = builder.finish(Codec::none, 0);
  REQUIRE(plain);
  const std::vector<std::byte> none(plain->begin(), plain->end());
  const std::string_view records = as_text(Bytes(none).subspan(61));
  return {{"by hand", three_record_batch()},
          {"control", broker_batch()},
          {"none", none},
          {"zstd by us", zstd_by_us},
          {"gzip", batch_of(Codec::gzip, 10, as_bytes(gzip(records)))},
          {"snappy, Java", batch_of(Codec::snappy, 10, as_bytes(snappy_java(records, 100)))},
          {"snappy, raw", batch_of(Codec::snappy, 10, as_bytes(snappy_raw(records)))},
          {"lz4", batch_of(Codec::lz4, 10, as_bytes(lz4(records)))},
          {"zstd, stream", batch_of(Codec::zstd, 10, as_bytes(zstd_stream(records)))}};
}

// Decodes and walks everything there is; answers whether that worked.
bool is_readable(BatchDecoder& decoder, Bytes batch) {
  const auto header = parse_batch_header(batch);
  if (!header || header->size_bytes() != batch.size()) return false;
  const auto records = decoder.decode(*header, batch);
  if (!records) {
    CHECK(records.error().code == Error::Code::corrupt);
    return false;
  }
  CHECK(records->size() == static_cast<std::size_t>(header->record_count));
  std::size_t bytes = 0;
  for (const RecordView& record : *records) {
    CHECK(record.offset <= header->last_offset());
    for (char c : record.key.value_or("")) bytes += static_cast<unsigned char>(c);
    for (char c : record.value.value_or("")) bytes += static_cast<unsigned char>(c);
    for (HeaderCursor headers(record.headers); auto one = headers.next();) {
      bytes += one->key.size() + one->value.value_or("").size();
    }
    control_type(record);
  }
  CHECK(bytes < 1 << 30);
  return true;
}

}  // namespace

TEST_CASE("a batch that is cut short anywhere does not parse or verify") {
  for (const Named& named : batches_of_all_codecs()) {
    CAPTURE(named.name);
    const std::vector<std::byte>& batch = named.batch;
    for (std::size_t size = 0; size < batch.size(); size++) {
      const std::vector<std::byte> part(batch.begin(), batch.begin() + std::ptrdiff_t(size));
      const auto header = parse_batch_header(part);
      CHECK((!header || !verify_crc(*header, part)));
    }
  }
}

TEST_CASE("a batch whose records are cut short anywhere is an error") {
  for (const Named& named : batches_of_all_codecs()) {
    CAPTURE(named.name);
    const std::vector<std::byte>& batch = named.batch;
    BatchDecoder decoder;
    REQUIRE(is_readable(decoder, batch));
    for (std::size_t size = 61; size < batch.size(); size++) {
      CAPTURE(size);
      std::vector<std::byte> part(batch.begin(), batch.begin() + std::ptrdiff_t(size));
      store_be(MutableBytes(part), 8, static_cast<std::int32_t>(size - 12));
      recompute_crc(part);
      REQUIRE_FALSE(is_readable(decoder, part));
    }
  }
}

TEST_CASE("no flipped bit crashes a reader") {
  for (const Named& named : batches_of_all_codecs()) {
    CAPTURE(named.name);
    const std::vector<std::byte>& batch = named.batch;
    BatchDecoder decoder;
    for (std::size_t bit = 0; bit < batch.size() * 8; bit++) {
      auto damaged = batch;
      damaged[bit / 8] ^= std::byte{1} << (bit % 8);
      recompute_crc(damaged);
      is_readable(decoder, damaged);
    }
    CHECK(is_readable(decoder, batch));
  }
}

TEST_CASE("no changed byte inside the uncompressed records crashes a reader") {
  const auto batch = three_record_batch();
  BatchDecoder decoder;
  for (std::size_t at = 61; at < batch.size(); at++) {
    for (int value = 0; value < 256; value++) {
      auto damaged = batch;
      damaged[at] = static_cast<std::byte>(value);
      is_readable(decoder, damaged);
    }
  }
}
