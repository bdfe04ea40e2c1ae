#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/types.h"
#include "read/cursor_file.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "text/position.h"

namespace estream::read {

// The offset that a position on the command line means in this partition, as the log is now. It is
// not before the log start offset (with a warning if an offset was given), but it may be after the
// end. `latest` is the last stable offset if only committed records count. A time means the first
// record at or after it. Numbers count records and not offsets, because some offsets may be
// missing. Moves the source's reader.
Result<Offset> resolve_position(PartitionSource& source, const text::Position& position);

// The offset at which to go on. Error::Code::corrupt when the log ends before it, or was cut since
// and written again. Prints a warning when retention deleted the next records.
Result<Offset> resolve_cursor(const PartitionSource& source, const CursorPosition& position);

// The offset at which to begin to see at least the last `count` records of the window (without its
// times), or all of them. It is so far back that a merge by time that begins there has the same
// order as one that begins with the window. Moves the source's reader.
Result<Offset> tail_begin(PartitionSource& source, const ReadWindow& window, std::int64_t count);

}  // namespace estream::read
