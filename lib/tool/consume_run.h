#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "tool/arrival_watch.h"
#include "tool/batch_feed.h"
#include "tool/batch_stage.h"
#include "tool/consume_options.h"
#include "tool/cursor_file.h"
#include "tool/end_condition.h"
#include "tool/read_pipeline.h"
#include "tool/record_merge.h"
#include "tool/record_sink.h"

namespace estream::tool {

// One run of estream-consume, from opened partitions to exit status.
class ConsumeRun {
 public:
  ConsumeRun(io::System& system, const ConsumeOptions& options, io::Output& output,
             const EndCondition& end);

  // Fixes where to begin and to end in each partition. Requires at least one source.
  Result<void> plan(std::vector<PartitionSource> sources);

  // Prints until the end. On an error, what comes before it is printed, and the cursor is kept.
  Result<cli::ExitStatus> run();

 private:
  Result<ReadWindow> window_of(PartitionSource& source);
  Result<Offset> begin_of(PartitionSource& source);
  Result<void> check_partitions_named(const std::vector<PartitionSource>& sources) const;
  Result<void> print_all();
  Result<void> follow();
  void start_watch();
  void wait_for_more(std::int64_t quiet_since_ns);
  Result<void> finish();
  Result<void> print_count();
  cli::ExitStatus status() const;
  std::int64_t matches() const;
  bool has_enough() const;
  bool is_over() const { return has_enough() || end_->is_met(); }

  void note_positions();
  Result<void> save_cursor();

  io::System* system_;
  const ConsumeOptions* options_;
  io::Output* output_;
  const EndCondition* end_;

  std::vector<BatchFeed> feeds_;
  StagePlan plan_;
  std::optional<CursorFile> cursor_file_;
  Cursor cursor_;  // As the file has it.
  bool is_cursor_saved_ = false;
  std::vector<Offset> positions_;  // Of each feed: everything before them is written.

  std::optional<ReadPipeline> pipeline_;
  std::optional<RecordMerge> merge_;
  std::optional<RecordSink> sink_;
  std::optional<ArrivalWatch> watch_;
  bool is_timed_out_ = false;
};

}  // namespace estream::tool
