#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "read/batch_feed.h"
#include "read/batch_walk.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "record/batch_header.h"
#include "record/record.h"
#include "tool/inspect/inspect_options.h"
#include "tool/report/report.h"

namespace estream::tool {

// What the verbs of estream-inspect have in common: which partitions, which part of them, and ways
// through it.

// The topics asked for as open_sources() takes them: regular expressions resolved, and all topics
// of the data root when none is named. A broker's own topics have to be named.
Result<std::vector<std::string>> names_of_topics(io::System& system, const InspectOptions& options);

// The partitions of these topics, all of them open.
Result<std::vector<read::PartitionSource>> open_topics(io::System& system,
                                                       const InspectOptions& options,
                                                       const std::vector<std::string>& names);

// Goes through the partitions asked for, each once, and opens one after the other, so that any
// number of them can be looked at.
class PartitionWalk {
 public:
  PartitionWalk(io::System& system, const InspectOptions& options)
      : system_(&system), options_(&options) {}

  // The partitions of a topic argument that no argument before has named.
  Result<std::vector<read::PartitionPlace>> places_of(const std::string& name);

  // All, for an answer about them together: the first fault is the error.
  using See = std::function<Result<void>(read::PartitionSource source)>;
  Result<void> each(const See& see);

  // Rows for each. What cannot be read is said, and does not keep the others from being shown; it
  // decides the status.
  using Rows = std::vector<std::vector<Cell>>;
  using List = std::function<Result<Rows>(read::PartitionSource& source)>;
  Result<cli::ExitStatus> list(Report& report, const List& rows_of);

 private:
  io::System* system_;
  const InspectOptions* options_;
  Result<void> add_totals(const std::vector<read::PartitionPlace>& places) const;

  std::set<read::PartitionIdentity> seen_;
  std::set<std::int32_t> partitions_;  // Of any topic.
};

// The status of a list, of which some could not be read.
class ListStatus {
 public:
  // Says the error. Damage outweighs other errors.
  void note(const Error& error);
  cli::ExitStatus status() const { return status_; }

 private:
  cli::ExitStatus status_ = cli::ExitStatus::done;
};

// The part of the partition that --from, --to and the times ask for, up to its end as it is now.
Result<read::ReadWindow> window_of(read::PartitionSource& source, const InspectOptions& options);

// What was read is a part, because a signal came: no report is made of it. Error::Code::timed_out.
Result<void> check_complete();

// Shows the batches that have to do with the window and that a consumer gets to see, by their
// headers; `walk` stands at them.
using SeeBatch = std::function<Result<void>(read::BatchWalk& walk, const BatchHeader& header)>;
Result<void> walk_batches(read::PartitionSource& source, const read::ReadWindow& window,
                          const SeeBatch& see);

// Shows the records of the feed's window that are there at present, in order.
using SeeRecord = std::function<void(const RecordView& record)>;
Result<void> read_records(read::BatchFeed& feed, const SeeRecord& see);

// Shows the records in the window that pass the filters, in order. Takes the source over.
Result<void> walk_records(read::PartitionSource source, const InspectOptions& options,
                          const SeeRecord& see);

}  // namespace estream::tool
