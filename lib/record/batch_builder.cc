#include "record/batch_builder.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/varint.h"

namespace estream {

namespace {

// There may be a builder for each partition: what one huge batch took is not kept for the others.
constexpr std::size_t kept_bytes_max = 32 << 20;

std::size_t field_bytes(std::optional<std::string_view> field) { return field ? field->size() : 0; }

std::int32_t field_length(std::optional<std::string_view> field) {
  return field ? static_cast<std::int32_t>(field->size()) : -1;
}

char* store_text(char* out, std::string_view text) {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* store_field(char* out, std::optional<std::string_view> field) {
  out = store_varint(out, field_length(field));
  return field ? store_text(out, *field) : out;
}

// Wraps around, as Java's subtraction does: extreme timestamps survive because the reader's
// addition wraps back.
std::int64_t delta(Timestamp from, Timestamp to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to.ms) -
                                   static_cast<std::uint64_t>(from.ms));
}

}  // namespace

void CompressionSpace::trim() {
  if (compressed.capacity() > kept_bytes_max) compressed.release();
}

void BatchBuilder::begin() {
  begin(Timestamp{});
  finds_base_ = true;
}

void BatchBuilder::begin(Timestamp base_timestamp) {
  if (plain_.capacity() > kept_bytes_max) plain_.release();
  if (space_) space_->trim();
  finds_base_ = false;
  size_bytes_ = batch_header_bytes;
  record_count_ = 0;
  last_delta_ = -1;
  is_over_limit_ = false;
  base_timestamp_ = base_timestamp;
  max_timestamp_ = base_timestamp;
}

void BatchBuilder::append_at(std::int32_t offset_delta, Timestamp timestamp,
                             std::optional<std::string_view> key,
                             std::optional<std::string_view> value, const RecordHeaders& headers) {
  ASSERT(offset_delta > last_delta_);
  const std::size_t payload = payload_bytes(key, value, headers);
  constexpr std::size_t bytes_max = batch_header_bytes + records_bytes_max;
  const bool is_first = record_count_ == 0;
  const std::int64_t timestamp_delta =
      delta(is_first && finds_base_ ? timestamp : base_timestamp_, timestamp);
  const std::size_t length = 1 + varlong_size(timestamp_delta) + varint_size(offset_delta) +
                             varint_size(field_length(key)) + varint_size(field_length(value)) +
                             varint_size(headers.count) + payload;
  // Exactly, so that the largest record of a batch fits into a batch of ours.
  const std::size_t needed =
      payload > bytes_max ? SIZE_MAX
                          : size_bytes_ + varint_size(static_cast<std::int32_t>(length)) + length;
  if (is_over_limit_ || needed > bytes_max || record_count_ == batch_records_max) {
    is_over_limit_ = true;
    return;
  }
  plain_.grow(needed, bytes_max, size_bytes_);
  if (is_first) {
    if (finds_base_) base_timestamp_ = timestamp;
    min_timestamp_ = max_timestamp_ = timestamp;
  }

  char* const begin = reinterpret_cast<char*>(plain_.data()) + size_bytes_;
  char* out = store_varint(begin, static_cast<std::int32_t>(length));
  *out++ = 0;  // Attributes, of which the format has none yet.
  out = store_varlong(out, timestamp_delta);
  out = store_varint(out, offset_delta);
  out = store_field(out, key);
  out = store_field(out, value);
  out = store_varint(out, headers.count);
  out = store_text(out, headers.encoded);

  size_bytes_ += static_cast<std::size_t>(out - begin);
  min_timestamp_ = std::min(min_timestamp_, timestamp);
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  record_count_++;
  last_delta_ = offset_delta;
}

// Counts the timestamps from the smallest one instead of the first. A delta that takes more bytes
// makes its record longer, so that all are copied; events out of order are rare enough for that.
void BatchBuilder::rebase() {
  const std::int64_t step = delta(min_timestamp_, base_timestamp_);
  const char* const begin = reinterpret_cast<const char*>(plain_.data());
  VarintCursor old({begin + batch_header_bytes, size_bytes_ - batch_header_bytes});
  ByteBuffer moved;
  moved.reserve(size_bytes_ + static_cast<std::size_t>(record_count_) * record_overhead_bytes_max,
                0);
  char* out = reinterpret_cast<char*>(moved.data()) + batch_header_bytes;
  while (old.remaining() > 0) {
    VarintCursor record(old.bytes(old.varint()));
    record.bytes(1);
    // Unsigned, for the same reason as in delta().
    const auto timestamp_delta = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(record.varlong()) + static_cast<std::uint64_t>(step));
    const std::size_t rest = record.remaining();
    const std::size_t length = 1 + varlong_size(timestamp_delta) + rest;
    out = store_varint(out, static_cast<std::int32_t>(length));
    *out++ = 0;
    out = store_varlong(out, timestamp_delta);
    out = store_text(out, record.bytes(static_cast<std::int64_t>(rest)));
  }
  size_bytes_ = static_cast<std::size_t>(out - reinterpret_cast<char*>(moved.data()));
  plain_ = std::move(moved);
  base_timestamp_ = min_timestamp_;
}

BatchHeader BatchBuilder::header(Codec codec, std::size_t size_bytes) const {
  BatchHeader header;
  header.batch_length = static_cast<std::int32_t>(size_bytes - batch_length_end);
  header.leader_epoch = 0;
  header.codec = codec;
  header.last_offset_delta = std::max(last_delta_, 0);
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = max_timestamp_;
  header.record_count = record_count_;
  return header;
}

Result<MutableBytes> BatchBuilder::finish(Codec codec, int level, CompressionSpace& space) {
  if (is_over_limit_) {
    return Error{Error::Code::data, "batch: more than " + std::to_string(batch_records_max) +
                                        " records, or than " + std::to_string(records_bytes_max) +
                                        " bytes of them; write fewer or smaller ones"};
  }
  plain_.grow(batch_header_bytes, batch_header_bytes + records_bytes_max, 0);
  if (record_count_ == 0) codec = Codec::none;
  if (finds_base_ && record_count_ > 0 && min_timestamp_ < base_timestamp_) rebase();

  MutableBytes batch = plain_.first(size_bytes_);
  if (codec != Codec::none) {
    const Bytes records = batch.subspan(batch_header_bytes);
    const std::size_t compressed_bytes =
        TRY(space.compressor.compress(codec, level, records, space.compressed, batch_header_bytes));
    batch = space.compressed.first(batch_header_bytes + compressed_bytes);
  }
  store_batch_header(batch, header(codec, batch.size()));
  recompute_crc(batch);
  return batch;
}

void encode_header(std::string& out, const RecordHeader& header) {
  ASSERT(header.key.size() <= records_bytes_max && field_bytes(header.value) <= records_bytes_max);
  char length[varint_bytes_max];
  out.append(length, store_varint(length, static_cast<std::int32_t>(header.key.size())));
  out.append(header.key);
  out.append(length, store_varint(length, field_length(header.value)));
  out.append(header.value.value_or(std::string_view()));
}

}  // namespace estream
