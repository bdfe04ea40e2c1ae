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

// Fills an empty directory with a partition that is made of another partition's segments, and
// counts what is shared. The files are synced when they are made, and their names by finish().
// Error::Code::not_found if the source does not have a file.
class BranchTarget {
 public:
  BranchTarget(const io::Directory& source, const io::Directory& target)
      : source_(source), target_(target) {}

  const io::Directory& directory() const { return target_; }

  // Takes over a file of a sealed segment, which is synced. Makes a link; if that is not possible,
  // a file with shared blocks; if that is not possible either, a copy.
  Result<void> share(Offset base, SegmentFile kind);
  // Takes over the first `bytes` of a log that may still change, with shared blocks or as a copy.
  Result<void> copy_log(Offset base, std::uint64_t bytes);
  // Makes an empty segment.
  Result<void> create_empty(Offset base);

  // Makes both indexes for the segment's log.
  Result<void> index(Offset base);
  // Seals indexes that were made batch by batch.
  Result<void> seal_index(Offset base, IndexWriter& indexes);

  // Removes a segment again.
  Result<void> remove(Offset base);
  // Removes everything again.
  Result<void> clear();

  // Adds the other files of a partition. Uses the segment, the ends, the log start offset and the
  // flags about indexes and batches of `state`. `epochs` must have an entry.
  Result<void> finish(CommitState state, const LeaderEpochs& epochs);

  BranchReport report() const;

  // An error inside a file that was taken over is also in the source's file, and a person knows
  // only that file. So this names the source's file.
  Error about_source(Error error) const;

 private:
  Result<void> copy(Offset base, SegmentFile kind, std::optional<std::uint64_t> bytes);

  const io::Directory& source_;
  const io::Directory& target_;
  std::map<Offset, BranchReport> segments_;
};

}  // namespace estream::log
