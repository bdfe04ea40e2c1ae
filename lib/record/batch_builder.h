#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/types.h"
#include "codec/codec.h"
#include "record/batch_header.h"
#include "record/record.h"

namespace estream {

// What finishing a batch takes besides its records. Builders may share one: a batch is then valid
// until any of them finishes another.
struct CompressionSpace {
  Compressor compressor;
  ByteBuffer compressed;

  // Gives back what one huge batch took.
  void trim();
};

// Makes batches, one after another in the same memory:
//
//   builder.begin();
//   for (const Event& event : events) builder.append(...);
//   const MutableBytes batch = TRY(builder.finish(Codec::zstd, 1));
//
// The batch is complete but for its place in the log: base offset 0, leader epoch 0, no producer.
// See patch_base_offset and its neighbours in batch_header.h.
class BatchBuilder {
 public:
  BatchBuilder() : space_(std::make_shared<CompressionSpace>()) {}
  explicit BatchBuilder(std::shared_ptr<CompressionSpace> space) : space_(std::move(space)) {}

  // Starts a batch and drops the one before it. Its base timestamp will be the smallest of its
  // records', which makes [base_timestamp, max_timestamp] in the header exactly the times within.
  // That costs a second pass over the records when one is older than the first.
  void begin();

  // The same with a base timestamp that is given, whatever the records have.
  void begin(Timestamp base_timestamp);

  // Adds a record at the offset after the last one's (the first one's offset is the base offset).
  // Copies what it is given. Cannot fail; see finish.
  void append(Timestamp timestamp, std::optional<std::string_view> key,
              std::optional<std::string_view> value, const RecordHeaders& headers) {
    append_at(last_delta_ + 1, timestamp, key, value, headers);
  }

  // The same at base offset + `offset_delta`, for compaction, which keeps offsets and so leaves
  // gaps. Requires a delta above that of the record before.
  void append_at(std::int32_t offset_delta, Timestamp timestamp,
                 std::optional<std::string_view> key, std::optional<std::string_view> value,
                 const RecordHeaders& headers);

  // Whether the batch stays within `bytes_max`, uncompressed, with one more record of so many bytes
  // of key, value and headers together. An empty batch takes any.
  bool has_room_for(std::size_t payload_bytes, std::size_t bytes_max) const;

  std::int32_t record_count() const { return record_count_; }

  // What the batch would take uncompressed, its header included.
  std::size_t size_bytes() const { return size_bytes_; }

  // The whole batch, valid until the next begin. `level` is as for Compressor::compress. A batch
  // without records is its header alone, and the codec none. More than batch_records_max records,
  // or than records_bytes_max of them, are Error::Code::data: then the last ones were not taken in.
  Result<MutableBytes> finish(Codec codec, int level) { return finish(codec, level, *space_); }
  // The same in a space that is given: valid as long as this is, too, and until it serves another.
  Result<MutableBytes> finish(Codec codec, int level, CompressionSpace& space);

 private:
  BatchHeader header(Codec codec, std::size_t size_bytes) const;
  void rebase();

  std::shared_ptr<CompressionSpace> space_;
  ByteBuffer plain_;  // The header's place, then the records.
  std::size_t size_bytes_ = batch_header_bytes;
  std::int32_t record_count_ = 0;
  std::int32_t last_delta_ = -1;
  bool is_over_limit_ = false;
  bool finds_base_ = false;
  Timestamp base_timestamp_;
  Timestamp min_timestamp_;
  Timestamp max_timestamp_;
};

// Appends one header in the form of RecordHeaders::encoded.
void encode_header(std::string& out, const RecordHeader& header);

}  // namespace estream
