#include "record/batch_records.h"

#include <algorithm>
#include <string>

#include "base/assert.h"
#include "base/endian.h"
#include "base/varint.h"

namespace estream {

namespace {

// Six fields and the length before them, each of them at least a byte.
constexpr std::size_t record_bytes_min = 7;
constexpr std::size_t header_bytes_min = 2;

// Room is made as records turn up, since a count is only a claim: for few at first, and for all
// when there are so many that it is worth not to copy what there is.
constexpr std::size_t records_step = 1024;
constexpr std::size_t records_believed = 64 * 1024;

Error corrupt(const std::string& what) { return {Error::Code::corrupt, "batch: " + what}; }

// Takes a field whose length may be negative, which stands for null. The fields of a record are
// written in place, here and below: returned by value they would go through the stack in pieces
// that the processor cannot forward, which took half of the time of decoding.
void take_field(VarintCursor& cursor, std::optional<std::string_view>& field) {
  const std::int32_t length = cursor.varint();
  if (length < 0) {
    field.reset();
  } else {
    field.emplace(cursor.bytes(length));
  }
}

// Walks the headers to check them, and notes where they are.
void take_headers(VarintCursor& cursor, RecordHeaders& headers) {
  headers.count = cursor.varint();
  headers.encoded = {};
  if (headers.count == 0) return;
  if (headers.count < 0 ||
      static_cast<std::size_t>(headers.count) > cursor.remaining() / header_bytes_min) {
    cursor.fail();
    return;
  }
  VarintCursor whole = cursor;
  std::optional<std::string_view> value;
  for (std::int32_t i = 0; i < headers.count; i++) {
    cursor.bytes(cursor.varint());
    take_field(cursor, value);
  }
  headers.encoded = whole.bytes(static_cast<std::int64_t>(whole.remaining() - cursor.remaining()));
}

// What all records of a batch need to know of it, and of the record before them.
struct Context {
  std::int64_t base_offset;
  std::uint64_t base_timestamp;
  std::int32_t last_offset_delta;
  std::int32_t previous_delta;
};

// Takes one record off the front of `cursor`; answers what is wrong with it, or null. Does not
// build messages: this runs for every record of every batch.
const char* take_record(VarintCursor& cursor, Context& context, RecordView& record) {
  VarintCursor body(cursor.bytes(cursor.varint()));
  if (!cursor.ok()) return "its length is not within the batch";

  body.bytes(1);  // Attributes, which have no meaning yet and which Kafka does not look at.
  const std::int64_t timestamp_delta = body.varlong();
  const std::int32_t offset_delta = body.varint();
  take_field(body, record.key);
  take_field(body, record.value);
  take_headers(body, record.headers);
  if (!body.ok()) return "its fields are not within its length";
  if (body.remaining() != 0) return "its fields end before its length";
  if (offset_delta <= context.previous_delta) return "its offset is not after the one before";
  if (offset_delta > context.last_offset_delta) return "its offset is after the batch's last one";

  context.previous_delta = offset_delta;
  record.offset = {context.base_offset + offset_delta};
  // Unsigned, so that it wraps like the builder's subtraction (and like Java).
  record.timestamp = {static_cast<std::int64_t>(context.base_timestamp +
                                                static_cast<std::uint64_t>(timestamp_delta))};
  return nullptr;
}

}  // namespace

Result<std::span<const RecordView>> BatchDecoder::decode(const BatchHeader& header, Bytes batch) {
  TRY(unpack(header, batch));
  return take_records(header);
}

std::optional<std::span<const RecordView>> BatchDecoder::decode_within(const BatchHeader& header,
                                                                       Bytes batch,
                                                                       std::size_t bytes_max) {
  const auto views_bytes = static_cast<std::size_t>(header.record_count) * sizeof(RecordView);
  if (views_bytes > bytes_max) return std::nullopt;
  if (!unpack(header, batch, std::min(bytes_max - views_bytes, records_bytes_max))) {
    return std::nullopt;
  }
  const auto records = take_records(header);
  if (!records) return std::nullopt;
  return *records;
}

Result<void> BatchDecoder::unpack(const BatchHeader& header, Bytes batch) {
  return unpack(header, batch, records_bytes_max);
}

Result<void> BatchDecoder::unpack(const BatchHeader& header, Bytes batch, std::size_t limit) {
  ASSERT(batch.size() == header.size_bytes());
  const Bytes stored = batch.subspan(batch_header_bytes);
  plain_ = {};
  // An emptied batch has no compressed stream, not even an empty one.
  if (header.record_count == 0 && stored.empty()) return {};
  plain_ = TRY(decompressor_.decompress(header.codec, stored, limit));
  return {};
}

void BatchDecoder::release() {
  plain_ = {};
  decompressor_.release();
  records_ = std::vector<RecordView>();  // To assign {} would keep the room.
}

Result<std::span<const RecordView>> BatchDecoder::take_records(const BatchHeader& header) {
  const auto count = static_cast<std::size_t>(header.record_count);
  if (count > plain_.size() / record_bytes_min) {
    return corrupt(std::to_string(count) + " records cannot be in " +
                   std::to_string(plain_.size()) + " bytes");
  }

  VarintCursor cursor(as_text(plain_));
  Context context = {.base_offset = header.base_offset.value,
                     .base_timestamp = static_cast<std::uint64_t>(header.base_timestamp.ms),
                     .last_offset_delta = header.last_offset_delta,
                     .previous_delta = -1};
  for (std::size_t i = 0; i < count; i++) {
    if (i == records_.size()) make_room(count);
    const char* problem = take_record(cursor, context, records_[i]);
    if (problem != nullptr) return corrupt("record " + std::to_string(i) + ": " + problem);
  }
  if (cursor.remaining() != 0) {
    return corrupt(std::to_string(cursor.remaining()) + " bytes left after its last record");
  }
  const std::span<RecordView> records = std::span(records_).first(count);
  if (header.timestamp_type == TimestampType::log_append_time) {
    for (RecordView& record : records) record.timestamp = header.max_timestamp;
  }
  return std::span<const RecordView>(records);
}

void BatchDecoder::make_room(std::size_t count) {
  const std::size_t now = records_.size();
  if (now >= records_believed) records_.reserve(count);
  records_.resize(std::min(count, std::max(2 * now, records_step)));
}

std::optional<ControlType> control_type(const RecordView& record) {
  constexpr std::size_t key_bytes_min = 4;  // A version, then the type.
  if (!record.key || record.key->size() < key_bytes_min) return std::nullopt;
  const Bytes key = as_bytes(*record.key);
  if (load_be<std::int16_t>(key, 0) < 0) return std::nullopt;
  switch (load_be<std::int16_t>(key, 2)) {
    case 0:
      return ControlType::abort;
    case 1:
      return ControlType::commit;
    default:
      return ControlType::other;
  }
}

}  // namespace estream
