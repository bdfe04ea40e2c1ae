#pragma once

#include <cstdint>
#include <list>
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
#include "tool/consume/consume_options.h"
#include "tool/consume/partition_work.h"
#include "tool/group/background_stores.h"
#include "tool/group/group_reading.h"
#include "tool/group/group_sinks.h"

namespace estream::tool {

// estream-consume -g with a command, with --into, or with both: the batches of the partitions that
// this member owns are worked on, each partition in order, several of them at once.
//
//   GroupReading (which partitions) -> PartitionWork of each -> command -> topics, position files
//
// One thread does all, and waits only for commands and news. Only batches without a command are
// stored by others, because each takes two syncs.
class GroupWork {
 public:
  GroupWork(io::System& system, const ConsumeOptions& options, Lookups& lookups, io::Output& output,
            const read::EndCondition& end);

  Result<cli::ExitStatus> run(const std::vector<read::PartitionPlace>& places);

 private:
  Result<void> check_lookups() const;
  Result<void> consume();
  Result<void> rebalance();
  Result<void> start_reading();
  PartitionWork& work_of(GroupMember::Owned& owned);
  Result<bool> begin_runs();
  Result<bool> begin_run(PartitionWork& work, bool is_leaving);
  Result<bool> take_outcomes();
  Result<bool> release_leaving();
  void wait_for_running();
  Result<bool> is_everything_done();
  Result<void> wait_for_more();
  void forget_lost();
  Result<void> commit(bool is_noted);
  Result<void> finish();
  cli::ExitStatus status() const;
  std::size_t running() const;
  bool has_enough() const;
  // Whether nothing more is begun.
  bool is_stopped() const { return end_->is_met() || has_lost_reader(); }
  // Commands without --into print to the same pipe as this process.
  bool has_lost_reader() const {
    return output_->is_closed() || (!options_->work->into && partitions_.is_output_closed());
  }

  io::System* system_;
  const ConsumeOptions* options_;
  Lookups* lookups_;
  io::Output* output_;
  const read::EndCondition* end_;

  std::optional<GroupSinks> sinks_;
  WorkContext context_;
  GroupReading partitions_;
  std::map<std::string, std::unique_ptr<PartitionWork>> works_;  // By the partition's name.
  std::vector<PartitionWork*> sources_;                          // In the order of the reading.
  BackgroundStores stores_;  // After the works, so that it ends before them.
  std::size_t first_ = 0;    // Whose turn it is: no partition waits for ever.
  std::int64_t committed_ns_ = 0;
};

}  // namespace estream::tool
