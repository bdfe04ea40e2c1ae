#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "record/batch_builder.h"
#include "record/batch_header.h"
#include "record/batch_records.h"

namespace estream::log {

enum class Fate { stays, goes };

// Decides which records are removed. It is asked several times about each record, and must always
// answer the same.
class RecordJudge {
 public:
  virtual ~RecordJudge() = default;
  virtual Fate judge(const BatchHeader& batch, const RecordView& record) const = 0;
};

// What a rewrite does to the batches of sealed segments.
struct RewriteRules {
  const RecordJudge* judge = nullptr;  // Null: all records stay.
  // Batches in which tombstones stay get this delete horizon, unless they have one (KIP-534).
  std::optional<Timestamp> delete_horizon = {};
  // Batches are compressed again with this level of zstd, if that makes them smaller.
  std::optional<int> zstd_level = {};
};

// A batch after its rewrite. Base and last offset, epoch and producer fields are not changed.
struct RewrittenBatch {
  enum class Kind {
    unchanged,  // `bytes` are those that came in.
    changed,
    emptied,  // No record is left; `bytes` is empty.
  };

  Kind kind = Kind::unchanged;
  Bytes bytes = {};  // Valid until the next rewrite, and as long as those that came in.
  std::int64_t removed_records = 0;
};

class BatchRewriter {
 public:
  explicit BatchRewriter(const RewriteRules& rules) : rules_(rules) {}

  // `bytes` is the whole batch of `header`, with a verified checksum. Error::Code::corrupt, without
  // the place, if the records inside break the format.
  Result<RewrittenBatch> rewrite(const BatchHeader& header, Bytes bytes);

 private:
  struct Survivors {
    std::int32_t records = 0;
    std::int32_t tombstones = 0;
  };

  Survivors count_survivors(const BatchHeader& header, std::span<const RecordView> records) const;
  Result<Bytes> rebuild(const BatchHeader& header, std::span<const RecordView> records,
                        bool has_tombstones);
  Result<RewrittenBatch> recompress(const BatchHeader& header, Bytes bytes);

  const RewriteRules& rules_;
  BatchDecoder decoder_;
  BatchBuilder builder_;
  Decompressor decompressor_;
  Compressor compressor_;
  ByteBuffer compressed_;
};

// Whether the record deletes its key.
inline bool is_tombstone(const RecordView& record) { return record.key && !record.value; }

// Whether the batch's last offset may be raised, so that it also covers removed records behind it.
// It may not for a producer's batch, because its sequence numbers end at its last offset. A
// broker's transactions are not changed.
inline bool covers_removed(const BatchHeader& batch) {
  return batch.producer_id < 0 && !batch.is_control && !batch.is_transactional;
}

// A batch without records that covers offsets from `first` on. It consists only of this header. Its
// largest timestamp is -1, because a time index entry for a batch without records would be false.
BatchHeader empty_batch(const BatchHeader& first);

}  // namespace estream::log
