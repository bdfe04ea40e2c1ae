#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/endian.h"
#include "record/batch_header.h"
#include "record/record.h"
#include "support/hex.h"

namespace estream {

// A COMMIT marker that a broker wrote, from a dump in a public thread (strimzi.github.io PR 362).
inline std::vector<std::byte> broker_batch() {
  return from_hex(
      "0000000000000002000000420000000002c8075fc600300000000000000183c7eddc6e00000183c7eddc6e"
      "00000000000000000000ffffffff000000012000000008000000010c00000000000000");
}

// Made by hand: offsets 100 to 102, timestamps 1700000000000 +0, +5 and -3, leader epoch 7. k1=v1;
// null=v2 with the headers h=x and n=null; k1=null.
inline std::vector<std::byte> three_record_batch() {
  return from_hex(
      "0000000000000064000000550000000702c5dea8000000000000020000018bcfe568000000018bcfe56805"
      "ffffffffffffffffffffffffffff0000000314000000046b31047631001e000a02010476320402680278026e0110"
      "000504046b310100");
}

// Made by hand: what compaction leaves of a batch when it removes all of its records.
inline std::vector<std::byte> emptied_batch() {
  return from_hex(
      "0000000000000064000000310000000702327aa9f6000000000002ffffffffffffffff0000018bcfe56805"
      "000000000000002a00017ffffffe00000000");
}

// A batch of `count` records stored as `stored`, its length and checksum set right, at offset 0 and
// with room for ten offsets.
inline std::vector<std::byte> batch_of(Codec codec, std::int32_t count, Bytes stored) {
  std::vector<std::byte> batch(batch_header_bytes + stored.size());
  std::copy(stored.begin(), stored.end(), batch.begin() + batch_header_bytes);
  BatchHeader header;
  header.batch_length = static_cast<std::int32_t>(batch.size() - batch_length_end);
  header.codec = codec;
  header.last_offset_delta = 9;
  header.base_timestamp = {1000};
  header.max_timestamp = {2000};
  header.record_count = count;
  store_batch_header(batch, header);
  recompute_crc(batch);
  return batch;
}

// A record that owns its bytes, comparable with what a decoder yields.
struct OwnedRecord {
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  friend bool operator==(const OwnedRecord&, const OwnedRecord&) = default;
};

inline OwnedRecord owned(const RecordView& view) {
  OwnedRecord record = {view.offset.value, view.timestamp.ms, {}, {}, {}};
  if (view.key) record.key = std::string(*view.key);
  if (view.value) record.value = std::string(*view.value);
  for (HeaderCursor headers(view.headers); auto header = headers.next();) {
    auto& copy = record.headers.emplace_back(header->key, std::nullopt);
    if (header->value) copy.second = std::string(*header->value);
  }
  return record;
}

}  // namespace estream
