#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "tool/group/background_stores.h"
#include "tool/group/group_reading.h"
#include "tool/group/group_sinks.h"
#include "tool/window/late_output.h"
#include "tool/window/result_printer.h"
#include "tool/window/window_output.h"
#include "tool/window/window_tasks.h"
#include "tool/window/window_work.h"

namespace estream::tool {

// estream-window -g: the windows of the tasks that this member owns. Positions move with the
// results: with --into, both are decided together; else results may be printed again after a kill.
//
//   GroupReading (which partitions) -> WindowWork of each task -> topics or stdout, position files
class GroupWindows {
 public:
  GroupWindows(io::System& system, const WindowOptions& options, io::Output& output,
               const read::EndCondition& end);

  Result<cli::ExitStatus> run(const std::vector<read::PartitionPlace>& places);

 private:
  Result<void> check(const std::vector<read::PartitionPlace>& places) const;
  Result<void> compute();
  Result<void> rebalance();
  Result<void> start_reading();
  Result<void> open_printer();
  Result<bool> load_all();
  Result<bool> load(WindowWork& work);
  Result<void> keep(WindowWork& work);
  Result<void> advance_idle();
  Result<bool> release_leaving();
  Result<void> look_around();
  Result<bool> is_everything_done();
  Result<void> close_windows();
  Result<void> wait_for_more();
  void forget_lost();
  Result<void> commit(bool is_noted);
  Result<void> commit_if_due();
  Result<void> finish();
  cli::ExitStatus status() const;
  GroupMember::Owned& owner_of(std::size_t number) const;
  // Whether nothing more is begun.
  bool is_stopped() const {
    return end_->is_met() || output_->is_closed() ||
           (!options_->into && partitions_.is_output_closed());
  }

  io::System* system_;
  const WindowOptions* options_;
  io::Output* output_;
  const read::EndCondition* end_;

  std::optional<GroupSinks> sinks_;
  WindowContext context_;
  GroupReading partitions_;
  std::unique_ptr<LateOutput> late_;
  std::optional<ResultPrinter> printer_;
  std::map<std::string, std::unique_ptr<WindowWork>> works_;  // By the name of their files.
  std::vector<WindowWork*> owned_;                            // In the order of the reading.
  BackgroundStores stores_;  // After the works, so that it ends before them.
  WindowCounts counts_;      // Of the works that are gone.
  std::size_t first_ = 0;    // Whose turn it is: no task waits for ever.
  std::int64_t committed_ns_ = 0;
};

}  // namespace estream::tool
