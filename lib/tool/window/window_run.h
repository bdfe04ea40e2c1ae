#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/arrival_watch.h"
#include "read/end_condition.h"
#include "read/reading.h"
#include "tool/window/late_output.h"
#include "tool/window/result_printer.h"
#include "tool/window/window_options.h"
#include "tool/window/window_tasks.h"

namespace estream::tool {

// One run of estream-window over topics, without a group:
//
//   Reading (rows, in one order) -> WindowTasks -> ResultPrinter -> stdout, late events
class WindowRun {
 public:
  // All must outlive this. Without `output` nothing is printed and no late event is kept: a run
  // that only counts.
  WindowRun(io::System& system, const WindowOptions& options, io::Output* output,
            const read::EndCondition& end);

  // Fixes where to begin and to end in each partition.
  Result<void> plan(std::vector<read::PartitionSource> sources);
  Result<cli::ExitStatus> run();

  const WindowTasks& tasks() const { return *tasks_; }

 private:
  Result<void> add(read::PartitionSource source);
  Result<void> compute();
  Result<void> drain();
  Result<void> follow();
  Result<void> refresh();
  void wait_for_more();
  Result<void> flush();
  bool is_over() const;

  io::System* system_;
  const WindowOptions* options_;
  io::Output* output_;
  const read::EndCondition* end_;

  read::Reading reading_;
  std::unique_ptr<LateOutput> late_;
  std::optional<ResultPrinter> printer_;
  std::optional<WindowTasks> tasks_;
  std::optional<read::ArrivalWatch> watch_;
};

// What a run has to tell at its end, on stderr: events that are not in the results, and with -v
// all.
void say_counts(const WindowCounts& counts, std::int64_t results);
// For a run that has come to its end.
cli::ExitStatus window_status(const WindowOptions& options, const WindowCounts& counts,
                              std::int64_t printed);

}  // namespace estream::tool
