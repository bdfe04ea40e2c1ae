#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "cli/position.h"
#include "tool/read/partition_source.h"
#include "tool/read/read_window.h"
#include "tool/read/record_selection.h"

namespace estream::tool {

// Which records a tool was asked to look at.
struct ReadRequest {
  SourceRequest sources;
  std::vector<cli::Position> from;  // position_for() says which one counts.
  std::vector<cli::Position> to;
  TimeRange times;
  RecordSelection selection;
};

// Where a window ends for which no end was asked.
enum class Horizon {
  now,   // At the end of the log as it is: a busy writer does not keep the reader for ever.
  none,  // Nowhere: the reader follows.
};

// Of what was asked for partitions, what counts for this one: its own position, or else the one for
// all; of several, the last. Null when there is none.
const cli::Position* position_for(const std::vector<cli::Position>& positions,
                                  std::int32_t partition);

// Error::Code::usage when a position was asked for a partition that is not among these.
Result<void> check_positions(const std::vector<cli::Position>& positions, const char* option,
                             const std::set<std::int32_t>& partitions);
Result<void> check_positions(const ReadRequest& request, const std::set<std::int32_t>& partitions);
Result<void> check_positions(const ReadRequest& request,
                             const std::vector<PartitionSource>& sources);

// Where the request begins in this partition. Moves the source's reader.
Result<Offset> resolve_begin(PartitionSource& source, const ReadRequest& request);

// The part of the partition that is asked for, from `begin` on. Moves the source's reader.
Result<ReadWindow> resolve_window(PartitionSource& source, const ReadRequest& request, Offset begin,
                                  Horizon horizon);

// Says the window under -v.
void say_window(const std::string& name, const ReadWindow& window);

}  // namespace estream::tool
