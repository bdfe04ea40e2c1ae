#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "read/batch_stage.h"
#include "read/end_condition.h"
#include "read/read_pipeline.h"
#include "tool/records/record_copier.h"
#include "tool/replay/copy_appender.h"
#include "tool/replay/named_copy.h"
#include "tool/replay/replay_sink.h"
#include "write/partition_writers.h"

namespace estream::tool {

// Appends records to another topic, in the order in which they come: so the order of each key is
// kept, however many partitions there are. What they are there RecordCopier says. Under a
// producer's name only those are appended that are not there yet.
class TopicSink final : public ReplaySink {
 public:
  // `options` and `plan` must outlive the sink. Makes no topic yet.
  static Result<std::unique_ptr<TopicSink>> open(io::System& system, const CopyOptions& options,
                                                 const read::StagePlan& plan);

  // Whether an earlier run under the producer's name has copied something. Then compare() comes
  // before all else.
  bool has_to_compare() const { return named_ && named_->known_in_all() > 0; }
  // Finds out what is there, from sources as in `plan`, and moves the windows of `plan` behind it.
  // False when `end` came first.
  Result<bool> compare(read::ReadPipeline& pipeline, const read::EndCondition& end,
                       read::StagePlan& plan);

  bool put(const read::BatchWork& work, const read::OutputPiece*& next,
           const read::OutputPiece* end) override;
  Result<void> flush(std::int64_t wait_ns) override;
  Result<void> finish() override;
  bool is_over() const override { return failure_.has_value() || appender_->has_failed(); }
  std::optional<std::string> reach() const override { return appender_->reach(); }
  std::int64_t taken() const override { return taken_; }
  std::int64_t found() const override { return found_; }

 private:
  TopicSink(io::System& system, const CopyOptions& options, const read::StagePlan& plan,
            std::unique_ptr<write::PartitionWriters> writers);

  Result<void> add(std::size_t source, const RecordView& record);
  Result<void> append_batch(std::size_t partition);
  Result<void> append_all();

  io::System* system_;
  const CopyOptions* options_;
  RecordCopier copier_;
  std::unique_ptr<write::PartitionWriters> writers_;
  std::optional<NamedCopy> named_;
  bool is_comparing_ = false;                     // What is there is not known yet.
  std::vector<std::unique_ptr<CopyBatch>> open_;  // By partition; nothing where no record waits.
  std::int64_t flushed_ns_ = 0;
  std::int64_t taken_ = 0;
  std::int64_t found_ = 0;
  std::optional<Error> failure_;
  std::optional<CopyAppender> appender_;  // Last: it uses all.
};

}  // namespace estream::tool
