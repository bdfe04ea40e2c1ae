#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "read/record_selection.h"
#include "text/position.h"

namespace estream::read {

// Which records a tool was asked to look at.
struct ReadRequest {
  SourceRequest sources;
  std::vector<text::Position> from;  // position_for() says which one counts.
  std::vector<text::Position> to;
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
const text::Position* position_for(const std::vector<text::Position>& positions,
                                   std::int32_t partition);

// Error::Code::usage when a position was asked for a partition that is not among these.
Result<void> check_positions(const std::vector<text::Position>& positions, const char* option,
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

}  // namespace estream::read
