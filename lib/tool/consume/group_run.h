#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/arrival_watch.h"
#include "read/end_condition.h"
#include "read/reading.h"
#include "read/record_sink.h"
#include "tool/consume/consume_options.h"
#include "tool/consume/group_member.h"

namespace estream::tool {

// estream-consume -g: prints the events of the partitions that this member owns, and moves the
// group's positions behind what is written.
//
//   balance (which partitions) -> Reading of these -> RecordSink -> position files
//
// The reading is made anew when the partitions change.
class GroupRun {
 public:
  GroupRun(io::System& system, const ConsumeOptions& options, io::Output& output,
           const read::EndCondition& end);

  Result<cli::ExitStatus> run(const std::vector<read::PartitionPlace>& places);

 private:
  Result<void> note_ends(const std::vector<read::PartitionPlace>& places);
  Result<void> consume();
  Result<bool> rebalance();
  Result<void> find_new_topics();
  Result<void> start_reading();
  Result<void> add(GroupMember::Owned& owned);
  Result<bool> print_some();
  Result<void> wait_for_more();
  Result<bool> take_leftovers();

  Result<void> keep_positions();
  Result<void> note_positions();
  Result<void> note_position(std::size_t source);
  Result<void> commit_positions();
  Result<void> finish();
  cli::ExitStatus status() const;
  std::int64_t matches() const { return matches_before_ + (sink_ ? sink_->taken() : 0); }
  bool has_enough() const {
    return options_->sink.max_records && matches() >= *options_->sink.max_records;
  }
  bool is_over() const;

  io::System* system_;
  const ConsumeOptions* options_;
  const GroupOptions* group_;
  io::Output* output_;
  const read::EndCondition* end_;

  std::optional<GroupMember> member_;
  bool has_owned_ = false;
  std::set<std::string> first_places_;  // By name; the others are of topics that came later.
  std::map<std::string, Offset> ends_;  // At the start, by name; empty when it follows.
  std::unique_ptr<read::Reading> reading_;
  std::vector<GroupMember::Owned*> sources_;  // Of the reading, in its order.
  std::optional<read::RecordSink> sink_;
  std::optional<read::ArrivalWatch> watch_;
  std::optional<Error> note_failure_;
  std::int64_t matches_before_ = 0;  // Of the readings before.
  std::int64_t corrupt_batches_ = 0;
  std::int64_t balanced_ns_ = 0;
  std::int64_t committed_ns_ = 0;
  std::int64_t quiet_since_ns_ = 0;
};

}  // namespace estream::tool
