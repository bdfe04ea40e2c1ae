#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "read/batch_feed.h"
#include "read/batch_stage.h"
#include "read/partition_source.h"
#include "read/record_merge.h"
#include "tool/lookup/lookups.h"
#include "tool/replay/replay_options.h"

namespace estream::tool {

// Records that can be read more than once: which of them take part, in which order, and what they
// look like, all of it fixed before the first reading.
struct ReplayInput {
  // Opens the partitions that `plan` names, in its order; there may be others among them.
  std::function<Result<std::vector<read::PartitionSource>>()> open;
  // Every window has an end, and none has picks.
  read::StagePlan plan;
  read::FeedOptions feed = {};
  read::MergeOrder order = read::MergeOrder::time;
};

// Opens the sources once more and begins each feed with its window in `plan`, which may be another
// one than the input's but has the same sources. Error::Code::busy when one of them is gone.
Result<std::vector<read::BatchFeed>> open_feeds(const ReplayInput& input,
                                                const read::StagePlan& plan);

// Opens the tables of --lookup.
Result<void> open_lookups(Lookups& lookups, const ReplayOptions& options);

// What all errors about a log that is not what it was at the first reading say.
Error changed_error(const std::string& place);

}  // namespace estream::tool
