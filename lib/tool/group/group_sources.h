#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/group_directory.h"
#include "group/position_file.h"
#include "io/directory.h"
#include "read/partition_source.h"
#include "tool/group/group_options.h"

namespace estream::tool {

// The name of a partition in the files of a group.
group::PartitionName name_of(const read::PartitionPlace& place);

// The root of the topics, in which their group lives. Error::Code::usage when they have several, or
// when it is a broker's, or when the options do not allow its file system.
Result<io::Directory> root_of(const GroupOptions& options,
                              const std::vector<read::PartitionPlace>& places);

// The position of a partition that the group has not read yet.
group::SourcePosition fresh_source(const read::PartitionPlace& place, Offset begin);
// The state of a file for partitions that the group has not read yet.
group::PositionState fresh_state(const GroupOptions& options, const std::string& member,
                                 io::System& system, std::vector<group::SourcePosition> sources);

// Moves the position to an offset of this log, with no claim. `reader` is of the partition.
void set_position(group::SourcePosition& position, const topic::Topic& topic,
                  const log::PartitionReader& reader, Offset offset);

// Checks that the position belongs to this log, and returns where to go on. Error::Code::corrupt
// when it does not, or when retention deleted what comes next, unless the options allow that.
Result<Offset> checked_position(const GroupOptions& options, const read::PartitionSource& source,
                                const group::SourcePosition& stored);

// Error::Code::usage for the position of a group that computes windows: to go on without them would
// lose what they hold.
Result<void> check_no_windows(const GroupOptions& options, const group::PositionState& state);

// Where the group is in this partition, and `options.shift` behind, for somebody who only reads.
Result<Offset> stored_position(const GroupOptions& options, const read::PartitionSource& source);

// That a member without -f has nothing to do.
void say_owns_nothing(const GroupOptions& options);

}  // namespace estream::tool
