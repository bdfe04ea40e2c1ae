#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/codec.h"
#include "io/system.h"
#include "json/event_parser.h"
#include "json/path.h"
#include "record/batch_builder.h"
#include "record/record.h"
#include "tool/read/batch_stage.h"
#include "tool/replay/replay_sink.h"
#include "tool/write/background_sync.h"
#include "tool/write/partition_writers.h"
#include "tool/write/write_values.h"

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
  WriteTarget target;
  std::optional<json::Path> key_field;  // The new key is this field of the value.
  AddedHeaders headers;
  Retime retime;
  Timestamp now;
  std::int64_t sync_interval_ns = 100'000'000;
  Codec codec = Codec::zstd;
  int level = 1;
  std::size_t batch_bytes = 1 << 20;  // Of records, uncompressed.
};

// Appends records to another topic, in the order in which they come: so the order of each key is
// kept, however many partitions there are. Key, value, headers and time stay as they are unless
// the options say otherwise. A record goes to the partition of its own number when the topics have
// equally many and its key is not changed, else to the one that Kafka's clients choose for its key;
// without a key, to its own number modulo the number of partitions.
class TopicSink final : public ReplaySink {
 public:
  // `options` and `plan` must outlive the sink. Makes nothing yet.
  static Result<std::unique_ptr<TopicSink>> open(io::System& system, const CopyOptions& options,
                                                 const StagePlan& plan);

  bool put(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) override;
  Result<void> flush(std::int64_t wait_ns) override;
  Result<void> finish() override;
  bool is_over() const override { return failure_.has_value(); }
  std::optional<std::string> reach() const override;
  std::int64_t taken() const override { return taken_; }

 private:
  TopicSink(const CopyOptions& options, const StagePlan& plan, std::size_t partitions);

  Result<void> add(std::size_t source, const RecordView& record);
  Result<std::optional<std::string_view>> key_of(const RecordView& record);
  RecordHeaders headers_of(const RecordView& record);
  Result<Timestamp> time_of(const RecordView& record);
  std::size_t place(std::size_t source, const std::optional<std::string_view>& key) const;
  Result<void> append_batch(std::size_t partition);
  Result<void> write_batch(std::size_t partition);
  Result<void> append_all();
  Result<void> sync();

  const CopyOptions* options_;
  const StagePlan* plan_;
  bool keeps_partitions_ = false;
  std::unique_ptr<PartitionWriters> writers_;
  std::vector<BatchBuilder> builders_;  // By partition; empty ones have no record.
  json::EventParser parser_;
  std::string headers_buffer_;
  std::optional<std::int64_t> shift_ms_;
  std::int64_t taken_ = 0;
  std::optional<Error> failure_;
  bool is_broken_ = false;  // The failure is one of the log: nothing more is written to it.
  bool has_lost_sync_ = false;
  std::atomic<std::int64_t> appended_ = 0;
  std::atomic<std::int64_t> acknowledged_ = 0;
  std::int64_t uncertain_ = 0;                  // Of an append that failed, and may be in the log.
  std::unique_ptr<BackgroundSync> background_;  // Last: it uses all.
};

}  // namespace estream::tool
