#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "read/record_sink.h"
#include "tool/consume/consume_options.h"
#include "tool/group/group_reading.h"

namespace estream::tool {

// estream-consume -g: prints the events of the partitions that this member owns, and moves the
// group's positions behind what is written.
//
//   GroupReading (which partitions) -> Reading of these -> RecordSink -> position files
class GroupRun {
 public:
  GroupRun(io::System& system, const ConsumeOptions& options, Lookups& lookups, io::Output& output,
           const read::EndCondition& end);

  Result<cli::ExitStatus> run(const std::vector<read::PartitionPlace>& places);

 private:
  Result<void> consume();
  Result<bool> rebalance();
  Result<void> start_reading();
  Result<bool> print_some();
  Result<bool> take_leftover();

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
  Lookups* lookups_;
  const GroupOptions* group_;
  io::Output* output_;
  const read::EndCondition* end_;

  GroupReading partitions_;
  std::optional<read::RecordSink> sink_;
  std::optional<Error> note_failure_;
  std::int64_t matches_before_ = 0;  // Of the readings before.
  std::int64_t committed_ns_ = 0;
};

}  // namespace estream::tool
