#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"
#include "log/index_writer.h"
#include "log/names.h"

namespace estream::log {

// The segment that is written to: its log and indexes, open. Shared between the thread that appends
// and the one that syncs, so that a roll does not close the file under a sync.
struct ActiveSegment {
  Offset base;
  std::int64_t generation;  // Of the commit state for which it was opened.
  io::File log;
  // The same file, opened a second time for the thread that syncs. The kernel reports a failed
  // write-back once to each open file. So a sync cannot take the error that a roll has to see, and
  // a roll cannot take that of a sync.
  io::File sync_log;
  IndexWriter index;

  static Result<std::shared_ptr<ActiveSegment>> open(const io::Directory& directory, Offset base,
                                                     std::int64_t generation) {
    const std::string name = segment_file_name(base, SegmentFile::log);
    io::File log = TRY(directory.open_file(name, io::OpenMode::read_write));
    io::File sync_log = TRY(directory.open_file(name, io::OpenMode::read_write));
    IndexWriter index = TRY(IndexWriter::open(directory, base));
    return std::make_shared<ActiveSegment>(
        ActiveSegment{base, generation, std::move(log), std::move(sync_log), std::move(index)});
  }
};

}  // namespace estream::log
