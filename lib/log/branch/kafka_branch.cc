#include <algorithm>
#include <string>
#include <vector>

#include "log/branch/branch.h"
#include "log/branch/branch_target.h"
#include "log/partition_reader.h"
#include "log/segment.h"

namespace estream::log {

namespace {

constexpr const char* advice = "; a branch cannot hold this; copy the events with --into";

std::string shown(Offset offset) { return std::to_string(offset.value); }

class KafkaBranching {
 public:
  KafkaBranching(const io::Directory& source, const io::Directory& target)
      : source_(source), target_(source, target) {}

  const BranchTarget& target() const { return target_; }

  Result<BranchReport> run(std::optional<Offset> log_start) {
    const PartitionReader reader = TRY(PartitionReader::open(source_, Layout::kafka, log_start));
    TRY(reader.known_end());
    const std::vector<Offset> segments = TRY(list_segments(source_));
    const Offset active = segments.empty() ? reader.log_start_offset() : reader.end_segment();
    end_ = active;
    for (auto segment = segments.begin(); segment != segments.end() && *segment < active;) {
      const Offset base = *segment++;
      const Offset next = segment == segments.end() ? active : *segment;
      if (next > reader.log_start_offset()) TRY(take_sealed(base, next));
    }
    TRY(take_active(active, reader.end_position().bytes));
    TRY(finish_epochs(reader.epochs()));
    const Offset start = std::min(reader.log_start_offset(), end_);
    CommitState state;
    state.segment_base = active;
    state.written = state.synced = state.published = {active_bytes_, end_};
    state.log_start_offset = start;
    state.are_indexes_whole = true;  // All of them were built again.
    TRY(target_.finish(state, epochs_));
    return target_.report();
  }

 private:
  Result<void> take_sealed(Offset base, Offset next) {
    const std::string name = segment_file_name(base, SegmentFile::log);
    io::File log = TRY(source_.open_file(name, io::OpenMode::read));
    // A broker does not always sync its files.
    TRY(log.sync());
    TRY(target_.share(base, SegmentFile::log));
    const std::uint64_t size = TRY(log.size_bytes());
    TRY(walk(base, size, Checksums::trusted));
    if (end_ < next) return missing(end_, next);
    if (end_ == next) return {};
    return Error::in_file(Error::Code::corrupt, log.name(),
                          "goes up to offset " + shown(end_ + -1) +
                              ", but the next segment begins at " + shown(next));
  }

  Result<void> take_active(Offset base, std::uint64_t bytes) {
    active_bytes_ = bytes;
    if (bytes == 0) return target_.create_empty(base);
    TRY(target_.copy_log(base, bytes));
    // The next writer after a restart of the machine verifies the checksums. So they are verified
    // now, before the branch is made.
    return walk(base, bytes, Checksums::verified);
  }

  enum class Checksums { trusted, verified };

  // Checks that a log of estream may have these batches, and makes the indexes for them.
  Result<void> walk(Offset base, std::uint64_t bytes, Checksums checksums) {
    const std::string name = segment_file_name(base, SegmentFile::log);
    const io::File log = TRY(target_.directory().open_file(name, io::OpenMode::read));
    IndexWriter indexes = TRY(IndexWriter::open(target_.directory(), base));
    BatchReader batches(log, 0, bytes);
    std::vector<std::byte> buffer;
    end_ = base;
    for (;;) {
      const std::uint64_t position = batches.position();
      const auto batch = TRY(batches.peek());
      if (!batch) break;
      TRY(check(*batch));
      TRY(indexes.add(*batch, position));
      if (checksums == Checksums::verified) {
        TRY(batches.read(buffer));
      } else {
        batches.skip();
      }
      end_ = batch->next_offset();
    }
    if (batches.position() != bytes) return batches.corrupt_here("an incomplete batch");
    return target_.seal_index(base, indexes);
  }

  Result<void> check(const BatchHeader& batch) {
    if (batch.base_offset > end_) return missing(end_, batch.base_offset);
    const std::string place = source_.name() + ": the batch at offset " + shown(batch.base_offset);
    if (batch.base_offset < end_) {
      return Error{Error::Code::corrupt, place + " stands after offset " + shown(end_ + -1)};
    }
    if (batch.is_control || batch.is_transactional) {
      return Error{Error::Code::data, place + " belongs to a transaction" + advice};
    }
    if (batch.leader_epoch < 0 || batch.leader_epoch < epochs_.last()) {
      return Error{Error::Code::data, place + " has no leader epoch, or an older one than the " +
                                          "batch before it" + advice};
    }
    // The epochs come from the batches, because a broker's table may be older, or may lack its
    // first entries.
    if (batch.leader_epoch > epochs_.last()) epochs_.begin(batch.leader_epoch, batch.base_offset);
    return {};
  }

  // A broker begins an epoch when it starts, even if no batch of that epoch follows.
  Result<void> finish_epochs(const LeaderEpochs& theirs) {
    const std::int32_t last = std::max(theirs.last(), 0);
    if (last > epochs_.last()) epochs_.begin(last, end_);
    return {};
  }

  Error missing(Offset from, Offset to) const {
    return Error::in_file(Error::Code::data, source_.name(),
                          "lacks offsets " + shown(from) + " to " + shown(to + -1) +
                              ", compacted or in a transaction" + advice);
  }

  const io::Directory& source_;
  BranchTarget target_;
  LeaderEpochs epochs_;
  Offset end_;  // The offset after the last batch that was taken.
  std::uint64_t active_bytes_ = 0;
};

}  // namespace

Result<BranchReport> branch_kafka_partition(const io::Directory& source,
                                            std::optional<Offset> log_start,
                                            const io::Directory& target) {
  KafkaBranching branching(source, target);
  auto made = branching.run(log_start);
  if (!made) return branching.target().about_source(std::move(made).error());
  return made;
}

}  // namespace estream::log
