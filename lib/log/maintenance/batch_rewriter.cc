#include "log/maintenance/batch_rewriter.h"

namespace estream::log {

namespace {

constexpr int default_zstd_level = 3;

}  // namespace

BatchHeader empty_batch(const BatchHeader& first) {
  BatchHeader header = first;
  header.batch_length = static_cast<std::int32_t>(batch_header_bytes - batch_length_end);
  header.codec = Codec::none;
  header.timestamp_type = TimestampType::create_time;
  header.has_delete_horizon = false;
  header.base_timestamp = header.max_timestamp = {};
  header.record_count = 0;
  return header;
}

BatchRewriter::Survivors BatchRewriter::count_survivors(const BatchHeader& header,
                                                        std::span<const RecordView> records) const {
  Survivors survivors;
  for (const RecordView& record : records) {
    if (rules_.judge->judge(header, record) == Fate::goes) continue;
    survivors.records++;
    if (is_tombstone(record)) survivors.tombstones++;
  }
  return survivors;
}

Result<RewrittenBatch> BatchRewriter::rewrite(const BatchHeader& header, Bytes bytes) {
  if (header.record_count == 0) return RewrittenBatch{RewrittenBatch::Kind::emptied};
  // Nothing is removed from a broker's transactions.
  if (header.is_control || header.is_transactional) {
    return RewrittenBatch{RewrittenBatch::Kind::unchanged, bytes};
  }
  if (rules_.judge == nullptr) return recompress(header, bytes);
  const auto records = TRY(decoder_.decode(header, bytes));
  const Survivors survivors = count_survivors(header, records);
  const std::int64_t removed = header.record_count - survivors.records;
  if (survivors.records == 0) {
    return RewrittenBatch{RewrittenBatch::Kind::emptied, {}, removed};
  }
  const bool is_stamped =
      rules_.delete_horizon && survivors.tombstones > 0 && !header.has_delete_horizon;
  if (removed == 0 && !is_stamped) return recompress(header, bytes);
  const Bytes rebuilt = TRY(rebuild(header, records, survivors.tombstones > 0));
  return RewrittenBatch{RewrittenBatch::Kind::changed, rebuilt, removed};
}

Result<Bytes> BatchRewriter::rebuild(const BatchHeader& header, std::span<const RecordView> records,
                                     bool has_tombstones) {
  std::optional<Timestamp> horizon = rules_.delete_horizon;
  if (header.has_delete_horizon) horizon = header.base_timestamp;
  // Without tombstones, the base timestamp is better the smallest one of the records.
  if (!has_tombstones) horizon.reset();
  if (horizon) {
    builder_.begin(*horizon);
  } else {
    builder_.begin();
  }
  for (const RecordView& record : records) {
    if (rules_.judge->judge(header, record) == Fate::goes) continue;
    builder_.append_at(static_cast<std::int32_t>(record.offset - header.base_offset),
                       record.timestamp, record.key, record.value, record.headers);
  }
  const bool is_plain = header.codec == Codec::none && !rules_.zstd_level;
  const MutableBytes batch = TRY(builder_.finish(is_plain ? Codec::none : Codec::zstd,
                                                 rules_.zstd_level.value_or(default_zstd_level)));
  BatchHeader rebuilt = TRY(parse_batch_header(batch));
  rebuilt.base_offset = header.base_offset;
  rebuilt.leader_epoch = header.leader_epoch;
  rebuilt.last_offset_delta = header.last_offset_delta;
  rebuilt.producer_id = header.producer_id;
  rebuilt.producer_epoch = header.producer_epoch;
  rebuilt.base_sequence = header.base_sequence;
  rebuilt.has_delete_horizon = horizon.has_value();
  store_batch_header(batch, rebuilt);
  recompute_crc(batch);
  return Bytes(batch);
}

// Compresses the records again, and does not change a byte of them.
Result<RewrittenBatch> BatchRewriter::recompress(const BatchHeader& header, Bytes bytes) {
  const RewrittenBatch unchanged = {RewrittenBatch::Kind::unchanged, bytes};
  if (!rules_.zstd_level) return unchanged;
  const Bytes stored = bytes.subspan(batch_header_bytes);
  const Bytes plain = TRY(decompressor_.decompress(header.codec, stored, records_bytes_max));
  const std::size_t size = TRY(compressor_.compress(Codec::zstd, *rules_.zstd_level, plain,
                                                    compressed_, batch_header_bytes));
  if (size >= stored.size()) return unchanged;
  const MutableBytes batch = compressed_.first(batch_header_bytes + size);
  BatchHeader changed = header;
  changed.batch_length = static_cast<std::int32_t>(batch.size() - batch_length_end);
  changed.codec = Codec::zstd;
  store_batch_header(batch, changed);
  recompute_crc(batch);
  return RewrittenBatch{RewrittenBatch::Kind::changed, batch};
}

}  // namespace estream::log
