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
#include "base/varint.h"
#include "codec/codec.h"
#include "record/batch_header.h"
#include "record/record.h"

namespace estream {

// The working memory that is needed to finish a batch. Builders may share one. A batch is then
// valid until any of these builders finishes another batch.
struct CompressionSpace {
  Compressor compressor;
  ByteBuffer compressed;

  // Releases the memory that one huge batch took.
  void trim();
};

// Makes batches, one after another in the same memory:
//
//   builder.begin();
//   for (const Event& event : events) builder.append(...);
//   const MutableBytes batch = TRY(builder.finish(Codec::zstd, 1));
//
// The batch is complete except for its place in the log: it has base offset 0, leader epoch 0 and
// no producer. The patch functions in batch_header.h set these.
class BatchBuilder {
 public:
  BatchBuilder() : space_(std::make_shared<CompressionSpace>()) {}
  explicit BatchBuilder(std::shared_ptr<CompressionSpace> space) : space_(std::move(space)) {}

  // Starts a batch and drops the one before it. Its base timestamp will be the smallest one of its
  // records, so that [base_timestamp, max_timestamp] in the header is the exact range of times.
  // This costs a second pass over the records when a record is older than the first.
  void begin();

  // The same with a given base timestamp, whatever the times of the records are.
  void begin(Timestamp base_timestamp);

  // Adds a record at the offset after the last record (the first one is at the base offset). Copies
  // its arguments. Cannot fail; see finish.
  void append(Timestamp timestamp, std::optional<std::string_view> key,
              std::optional<std::string_view> value, const RecordHeaders& headers) {
    append_at(last_delta_ + 1, timestamp, key, value, headers);
  }

  // The same at base offset + `offset_delta`. It is for compaction, which keeps offsets and so
  // leaves gaps. The delta must be above that of the record before.
  void append_at(std::int32_t offset_delta, Timestamp timestamp,
                 std::optional<std::string_view> key, std::optional<std::string_view> value,
                 const RecordHeaders& headers);

  // Whether the batch stays within `bytes_max`, uncompressed, with one more record. The record has
  // so many bytes of key, value and headers together. An empty batch has room for any record.
  bool has_room_for(std::size_t payload_bytes, std::size_t bytes_max) const {
    if (record_count_ == 0) return true;
    return size_bytes_ + payload_bytes + record_overhead_bytes_max <= bytes_max &&
           record_count_ < batch_records_max;
  }

  std::int32_t record_count() const { return record_count_; }

  // The size of the uncompressed batch, with its header.
  std::size_t size_bytes() const { return size_bytes_; }

  // The whole batch, valid until the next begin. `level` is as for Compressor::compress. A batch
  // without records consists of its header only, with codec none. Error::Code::data if there are
  // more than batch_records_max records, or more than records_bytes_max bytes of them: then the
  // last records were not taken in.
  Result<MutableBytes> finish(Codec codec, int level) { return finish(codec, level, *space_); }
  // The same with the given working memory. The batch is valid as long as `space` lives and is not
  // used for another batch.
  Result<MutableBytes> finish(Codec codec, int level, CompressionSpace& space);

 private:
  // The most that a record takes beside its key, its value and its headers: a length, attributes, a
  // timestamp delta, an offset delta, and three more lengths or counts.
  static constexpr std::size_t record_overhead_bytes_max =
      1 + 5 * varint_bytes_max + varlong_bytes_max;

  BatchHeader header(Codec codec, std::size_t size_bytes) const;
  void rebase();

  std::shared_ptr<CompressionSpace> space_;
  ByteBuffer plain_;  // Room for the header, then the records.
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
