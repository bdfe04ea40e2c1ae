#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "read/reading.h"
#include "tool/replay/paced_sink.h"
#include "tool/replay/replay_options.h"
#include "tool/replay/replay_sink.h"
#include "tool/replay/topic_sink.h"

namespace estream::tool {

// One replay, to standard output or into another topic, or what it would be.
class ReplayRun {
 public:
  ReplayRun(io::System& system, const ReplayOptions& options, Lookups& lookups, io::Output& output,
            const read::EndCondition& end);

  // Fixes where to begin and to end in each partition: also, for a copy under a producer's name,
  // behind what is in the copy already.
  Result<void> plan(std::vector<read::PartitionSource> sources);

  // To the end. On an error, what comes before it is out.
  Result<cli::ExitStatus> run();

 private:
  Result<void> plan_copy(const std::vector<read::PartitionSource>& sources);
  Result<void> open_sink();
  Result<void> compare_copy(TopicSink& sink);
  Result<cli::ExitStatus> run_dry();
  void say_outcome(const ReplaySink& sink, const PacedSink::Lateness& lateness) const;
  void say_reach(const ReplaySink& sink) const;
  cli::ExitStatus status(const ReplaySink& sink) const;

  io::System* system_;
  const ReplayOptions* options_;
  Lookups* lookups_;
  io::Output* output_;
  const read::EndCondition* end_;
  CopyOptions copy_;
  read::StagePlan plan_;  // Before anything is read.
  std::unique_ptr<ReplaySink> sink_;
  std::int64_t corrupt_batches_ = 0;  // In what was compared.
  read::Reading reading_;
};

}  // namespace estream::tool
