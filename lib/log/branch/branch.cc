#include "log/branch/branch.h"

#include <memory>
#include <string>
#include <utility>

#include "log/branch/branch_target.h"
#include "log/chain.h"
#include "log/maintenance/maintenance.h"
#include "log/partition_reader.h"
#include "log/partition_writer.h"
#include "log/segment.h"

namespace estream::log {

namespace {

constexpr int attempts_max = 5;

// The offset after the last one of a sealed segment, by a short scan from its last index entry.
Result<Offset> find_end(const io::Directory& directory, Offset base) {
  const Segment segment = TRY(Segment::open(directory, base));
  const std::uint64_t size = TRY(segment.log().size_bytes());
  const std::uint64_t start = TRY(segment.position_before({INT64_MAX}, size));
  BatchReader batches = segment.reader(start, size);
  Offset end = base;
  for (;;) {
    const auto batch = TRY(batches.peek());
    if (!batch) break;
    end = batch->next_offset();
    batches.skip();
  }
  if (batches.position() != size) return batches.corrupt_here("an incomplete batch");
  return end;
}

Error hole(const io::Directory& source, Offset from, Offset to) {
  return {Error::Code::corrupt,
          source.name() + ": the segment that holds offsets " + std::to_string(from.value) +
              " to " + std::to_string(to.value - 1) + " is missing; run estream-inspect verify"};
}

Error overlap(const io::Directory& source, Offset base) {
  return {Error::Code::corrupt, source.name() + ": the segment before " +
                                    segment_file_name(base, SegmentFile::log) +
                                    " goes beyond its first offset; run estream-inspect verify"};
}

class Branching {
 public:
  // `maintenance` is null when the lock is not held.
  Branching(const io::Directory& source, const io::Directory& target, const BranchOptions& options,
            const Maintenance* maintenance)
      : source_(source), options_(options), maintenance_(maintenance), target_(source, target) {}

  Result<BranchReport> run() {
    // A reader takes no lock. So a recovery may come between its reads of the epochs and of the
    // segments. Without the maintenance lock, segments may also be removed. The parts do not fit
    // together then.
    for (int attempt = 1;; attempt++) {
      auto made = take();
      if (made) return target_.report();
      const bool may_pass =
          made.error().code == Error::Code::not_found || made.error().code == Error::Code::corrupt;
      if (!may_pass) return std::move(made).error();
      if (attempt == attempts_max) {
        Error error = std::move(made).error();
        error.code = Error::Code::corrupt;
        return target_.about_source(std::move(error));
      }
      TRY(target_.clear());
    }
  }

 private:
  Result<void> take() {
    PartitionReader reader = TRY(open_reader());
    const bool is_long = reader.end_position().bytes > options_.copied_active_bytes_max;
    if (is_long && maintenance_ != nullptr) {
      TRY(seal_active());
      reader = TRY(open_reader());
    }
    TRY(reader.known_end());
    const Offset active = reader.end_segment();
    TRY(take_sealed(active, reader.log_start_offset()));
    LeaderEpochs epochs = reader.epochs();
    epochs.cut(reader.end_offset());
    if (epochs.last() < 0) epochs.begin(0, reader.log_start_offset());
    TRY(take_active(active, reader.end_position(), epochs));
    CommitState state;
    state.segment_base = active;
    state.written = state.synced = state.published = reader.end_position();
    state.log_start_offset = reader.log_start_offset();
    state.are_indexes_whole = !shares_indexes_ || reader.indexes_whole_below() >= active;
    state.are_batches_ours = reader.ours_below() >= reader.end_offset();
    return target_.finish(state, epochs);
  }

  Result<PartitionReader> open_reader() const {
    return PartitionReader::open(source_, Layout::estream, std::nullopt);
  }

  Result<void> seal_active() const {
    const WriterOptions options = {.lock_timeout_ns = options_.lock_timeout_ns};
    const auto writer = TRY(PartitionWriter::open(source_, options));
    return writer->seal_active();
  }

  // Leftovers of a killed maintenance run are not taken: segments below the log start offset, and
  // segments that were merged into the one before them.
  Result<void> take_sealed(Offset active, Offset log_start) {
    std::optional<Offset> end;
    for (const Offset base : TRY(list_segments(source_))) {
      if (base >= active) break;
      const Offset segment_end = TRY(take_segment(base));
      if (segment_end <= end.value_or(log_start)) {
        TRY(target_.remove(base));
        continue;
      }
      const Offset expected = end.value_or(log_start);
      if (base > expected) return hole(source_, expected, base);
      if (end && base < *end) return overlap(source_, base);
      end = segment_end;
    }
    const Offset expected = end.value_or(log_start);
    if (active > expected) return hole(source_, expected, active);
    return end && active < *end ? overlap(source_, active) : Result<void>();
  }

  Result<Offset> take_segment(Offset base) {
    TRY(target_.share(base, SegmentFile::log));
    const bool is_indexed = maintenance_ != nullptr && TRY(has_its_indexes(base));
    if (is_indexed) {
      shares_indexes_ = true;
      TRY(target_.share(base, SegmentFile::index));
      TRY(target_.share(base, SegmentFile::time_index));
    } else {
      TRY(target_.index(base));
    }
    return find_end(target_.directory(), base);
  }

  // A killed compaction may have replaced the log, but not the indexes. Without the lock, the
  // indexes may also be replaced at any moment.
  Result<bool> has_its_indexes(Offset base) const {
    for (const SegmentFile kind : {SegmentFile::index, SegmentFile::time_index}) {
      const std::string name = segment_file_name(base, kind);
      const auto status = TRY(source_.status(name));
      const auto replacement = TRY(source_.status(name + cleaned_suffix));
      if (!status || replacement) return false;
    }
    return true;
  }

  // The batches are verified on the way, because no reader may have checked them yet.
  Result<void> take_active(Offset active, const LogPosition& end, const LeaderEpochs& epochs) {
    const Segment there = TRY(Segment::open(source_, active));
    if (end.bytes == 0) return target_.create_empty(active);
    TRY(target_.copy_log(active, end.bytes));
    const Segment copy = TRY(Segment::open(target_.directory(), active));
    const Chain chain = TRY(follow_chain(copy.log(), {0, active}, end.bytes, epochs));
    if (chain.end != end) {
      return chain.broken_by.value_or(Error::in_file(Error::Code::corrupt, there.log().name(),
                                                     "its offsets do not go up to the end"));
    }
    return target_.index(active);
  }

  const io::Directory& source_;
  const BranchOptions& options_;
  const Maintenance* maintenance_;
  BranchTarget target_;
  bool shares_indexes_ = false;
};

// Whether the lock can be taken, and the active segment be sealed.
Result<bool> is_writable(const io::Directory& source) {
  for (const char* name : {commit_file_name, lock_file_name}) {
    const auto status = TRY(source.status(name));
    const bool is_writable = status.has_value() && TRY(source.is_writable(name));
    if (!is_writable) return false;
  }
  return true;
}

}  // namespace

Result<BranchReport> branch_partition(const io::Directory& source, const io::Directory& target,
                                      const BranchOptions& options) {
  std::unique_ptr<Maintenance> maintenance;
  const bool is_ours_to_lock = TRY(is_writable(source));
  if (is_ours_to_lock) maintenance = TRY(Maintenance::open(source, options.lock_timeout_ns));
  return Branching(source, target, options, maintenance.get()).run();
}

}  // namespace estream::log
