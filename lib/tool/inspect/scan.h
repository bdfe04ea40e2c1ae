#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/batch_header.h"
#include "record/record.h"
#include "tool/inspect/options.h"
#include "tool/read/partition_source.h"
#include "tool/read/read_window.h"

namespace estream::tool {

// What the verbs of estream-inspect have in common: which partitions, which part of them, and ways
// through it.

// The topics asked for as open_sources() takes them: regular expressions resolved, and all topics
// of the data root when none is named. A broker's own topics have to be named.
Result<std::vector<std::string>> names_of_topics(io::System& system, const InspectOptions& options);

// The partitions of these topics.
Result<std::vector<PartitionSource>> open_topics(io::System& system, const InspectOptions& options,
                                                 const std::vector<std::string>& names);

// The part of the partition that --from, --to and the times ask for, up to its end as it is now.
Result<ReadWindow> window_of(PartitionSource& source, const InspectOptions& options);

// What was read is a part, because a signal came: no report is made of it. Error::Code::timed_out.
Result<void> check_complete();

// Shows the batches that have to do with the window and count for a consumer (no control batches,
// nothing of transactions that are aborted or open), by their headers. `see` answers whether it
// read the batch that the source's reader stands at.
enum class Seen { header_only, read };
using SeeBatch = std::function<Result<Seen>(const BatchHeader& header, Overlap overlap)>;
Result<void> walk_batches(PartitionSource& source, const ReadWindow& window, const SeeBatch& see);

// Shows the events in the window that pass the filters, in order. Takes the source over.
using SeeRecord = std::function<void(const RecordView& record)>;
Result<void> walk_records(PartitionSource source, const InspectOptions& options,
                          const SeeRecord& see);

}  // namespace estream::tool
