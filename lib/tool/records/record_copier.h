#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/codec.h"
#include "json/event_parser.h"
#include "json/path.h"
#include "read/batch_stage.h"
#include "record/record.h"
#include "tool/arguments/write_values.h"
#include "write/partition_writers.h"

namespace estream::tool {

// What becomes of the times of copied records; their distances stay. A record without a time stays
// without.
struct Retime {
  enum class Kind {
    keep,
    now,    // The first record with a time has it now.
    shift,  // All are moved by `shift_ms`.
  };

  Kind kind = Kind::keep;
  std::int64_t shift_ms = 0;
};

// "keep", "now", "+1h", "-2d".
Result<Retime> parse_retime(std::string_view text);

struct CopyOptions {
  write::WriteTarget target;
  std::optional<std::string> producer;  // The name under which the copy can be repeated.
  std::optional<json::Path> key_field;  // The new key is this field of the value.
  AddedHeaders headers;
  Retime retime;
  Timestamp now;
  std::int64_t sync_interval_ns = 100'000'000;
  Codec codec = Codec::zstd;
  int level = 1;
  std::size_t batch_bytes = 1 << 20;  // Of records, uncompressed.
};

// A record as it is in the copy, but for its offset, which stays the old one.
struct CopiedRecord {
  std::size_t partition = 0;
  RecordView record;
};

// What copies look like, and where they go. Key, value, headers and time stay as they are unless
// the options say otherwise. A record goes to the partition of its own number when the topics have
// equally many and its key is not changed, else to the one that Kafka's clients choose for its key;
// without a key, to its own number modulo the number of partitions.
class RecordCopier {
 public:
  // Both must outlive this. The copy has so many partitions.
  RecordCopier(const CopyOptions& options, const read::StagePlan& plan, std::int32_t partitions);

  // `copied` is valid until the next call, and as long as `record`. Errors begin with the record's
  // place.
  Result<void> copy(std::size_t source, const RecordView& record, CopiedRecord& copied);

  // Whether records of the source may go to the partition.
  bool may_go(std::size_t source, std::size_t partition) const;

  std::size_t source_count() const { return plan_->sources.size(); }
  std::size_t partition_count() const { return static_cast<std::size_t>(partitions_); }

 private:
  Result<void> change(RecordView& record);
  Result<std::optional<std::string_view>> key_of(const RecordView& record);
  RecordHeaders headers_of(const RecordView& record);
  Result<Timestamp> time_of(const RecordView& record);
  std::size_t place(std::size_t source, const std::optional<std::string_view>& key) const;

  const CopyOptions* options_;
  const read::StagePlan* plan_;
  std::int32_t partitions_;
  bool keeps_partitions_;
  bool keeps_records_;
  json::EventParser parser_;
  std::string headers_buffer_;
  std::optional<std::int64_t> shift_ms_;
};

}  // namespace estream::tool
