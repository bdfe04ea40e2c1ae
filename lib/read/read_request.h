#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "base/zone.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "read/record_selection.h"
#include "text/position.h"

namespace estream::read {

// The records that a tool was asked to read.
struct ReadRequest {
  SourceRequest sources;
  std::vector<text::Position> from;  // position_for() chooses the one that counts.
  std::vector<text::Position> to;
  TimeRange times;
  RecordSelection selection;
  Zone zone = Zone::utc;  // Of the times in what is printed.
};

// Where a window ends if the user gave no end.
enum class Horizon {
  now,   // At the present end of the log, so that a busy writer cannot keep the reader for ever.
  none,  // Nowhere: the reader follows.
};

// The position that counts for this partition: its own one, or else the one for all partitions. The
// last one counts if there are several. Null when there is none.
const text::Position* position_for(const std::vector<text::Position>& positions,
                                   std::int32_t partition);

// Error::Code::usage when a position was given for a partition that is not among these.
Result<void> check_positions(const std::vector<text::Position>& positions, const char* option,
                             const std::set<std::int32_t>& partitions);
Result<void> check_positions(const ReadRequest& request, const std::set<std::int32_t>& partitions);
Result<void> check_positions(const ReadRequest& request,
                             const std::vector<PartitionSource>& sources);

// The offset at which the request begins in this partition. Moves the source's reader.
Result<Offset> resolve_begin(PartitionSource& source, const ReadRequest& request);

// The part of the partition that is asked for, from `begin` on. Moves the source's reader.
Result<ReadWindow> resolve_window(PartitionSource& source, const ReadRequest& request, Offset begin,
                                  Horizon horizon);

// Prints the window, with -v.
void say_window(const std::string& name, const ReadWindow& window, Zone zone);

}  // namespace estream::read
