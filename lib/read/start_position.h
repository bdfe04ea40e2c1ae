#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/types.h"
#include "read/cursor_file.h"
#include "read/partition_source.h"
#include "read/read_window.h"
#include "text/position.h"

namespace estream::read {

// The offset that a position on the command line means in this partition, as the log is now: not
// before the log start offset, which is warned about when an offset was named, but possibly after
// the end. `latest` is the last stable offset where only what is committed counts. For a time it is
// the first record at or after it; and records are counted, not offsets, of which some may be gone.
// Moves the source's reader.
Result<Offset> resolve_position(PartitionSource& source, const text::Position& position);

// The offset to go on from. Error::Code::corrupt when the log ends before it or was cut and written
// anew since; a warning when retention deleted what comes next.
Result<Offset> resolve_cursor(const PartitionSource& source, const CursorPosition& position);

// Where to begin in order to see at least the last `count` records of the window (without its
// times), or all of them. So far back that a merge by time which begins there puts them in the same
// order as one that begins with the window. Moves the source's reader.
Result<Offset> tail_begin(PartitionSource& source, const ReadWindow& window, std::int64_t count);

}  // namespace estream::read
