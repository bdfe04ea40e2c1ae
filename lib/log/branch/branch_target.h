#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/branch/branch_report.h"
#include "log/commit_slot.h"
#include "log/index_writer.h"
#include "log/leader_epochs.h"
#include "log/names.h"

namespace estream::log {

// Fills an empty directory with a partition made of another one's segments, and counts what was
// shared. What it makes is synced, the names by finish(). Errors of a file that the source does not
// have are Error::Code::not_found.
class BranchTarget {
 public:
  BranchTarget(const io::Directory& source, const io::Directory& target)
      : source_(source), target_(target) {}

  const io::Directory& directory() const { return target_; }

  // Takes over a file of a segment that never changes again and is synced: as a link, where that
  // cannot be with shared blocks, where that cannot be as a copy.
  Result<void> share(Offset base, SegmentFile kind);
  // Takes over the first `bytes` of a log that may still change: with shared blocks or as a copy.
  Result<void> copy_log(Offset base, std::uint64_t bytes);
  // Makes an empty segment.
  Result<void> create_empty(Offset base);

  // Makes both indexes for the segment's log.
  Result<void> index(Offset base);
  // Seals indexes that were made batch by batch.
  Result<void> seal_index(Offset base, IndexWriter& indexes);

  // Takes a segment away again.
  Result<void> remove(Offset base);
  // Takes everything away again.
  Result<void> clear();

  // Adds what else a partition has, and of `state` takes the segment, the ends, the log start and
  // what it vouches for; `epochs` has an entry.
  Result<void> finish(CommitState state, const LeaderEpochs& epochs);

  BranchReport report() const;

  // What is wrong inside a file that was taken over is so in the source's, and the person knows
  // only that one.
  Error about_source(Error error) const;

 private:
  Result<void> copy(Offset base, SegmentFile kind, std::optional<std::uint64_t> bytes);

  const io::Directory& source_;
  const io::Directory& target_;
  std::map<Offset, BranchReport> segments_;
};

}  // namespace estream::log
