#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "read/partition_source.h"
#include "tool/group/work_output.h"
#include "tool/records/record_copier.h"

namespace estream::tool {

// An event that a command could not take.
struct DeadLetter {
  Offset offset;
  std::string group;
  std::string reason;  // What became of the last try.
  std::int64_t attempts = 0;
};

// Adds the event to the output as it is in the log, with headers that tell where it comes from and
// why: estream.source ("orders/0@123"), estream.group, estream.error and estream.attempts. `source`
// is the number of its partition for the copier.
Result<void> add_dead_letter(const read::SourceRequest& request, const read::PartitionPlace& place,
                             std::size_t source, const DeadLetter& letter, RecordCopier& copier,
                             WorkOutput& output);

}  // namespace estream::tool
