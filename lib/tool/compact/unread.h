#pragma once

#include <optional>

#include "base/result.h"
#include "read/partition_source.h"
#include "tool/compact/compact_options.h"

namespace estream::tool {

// What the groups of the topic's root have not read in this partition, by their position files.
// Nothing when no group has a position there, and in a broker's directory, which has no groups.
// Error::Code::corrupt when a position cannot be read, or is one in another topic of this name.
Result<std::optional<Unread>> find_unread(const read::PartitionPlace& place);

}  // namespace estream::tool
