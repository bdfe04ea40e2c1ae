#include "log/partition_reader.h"

#include <algorithm>

#include "log/chain.h"
#include "log/names.h"

namespace estream::log {

namespace {

constexpr int reopen_attempts = 20;

}  // namespace

Result<PartitionReader> PartitionReader::open(const io::Directory& directory, Layout layout,
                                              std::optional<Offset> log_start_offset,
                                              Extent extent) {
  PartitionReader reader(directory, layout, extent);
  if (layout == Layout::estream) {
    auto commit = directory.open_file(commit_file_name, io::OpenMode::read);
    if (commit) {
      reader.commit_ = *std::move(commit);
    } else if (commit.error().code != Error::Code::not_found) {
      return std::move(commit).error();
    }
  }
  reader.log_start_offset_ = log_start_offset.value_or(Offset{0});
  // A broker makes the indexes of its last segments again when it was not shut down.
  if (layout == Layout::kafka) reader.indexes_whole_below_ = {INT64_MAX};
  TRY(reader.load_epochs());
  TRY(reader.find_end());
  reader.next_offset_ = reader.log_start_offset_;
  return reader;
}

Result<void> PartitionReader::load_epochs() {
  auto epochs = LeaderEpochs::read(directory_);
  if (!epochs && epochs.error().code == Error::Code::not_found) return {};
  epochs_ = TRY(std::move(epochs));
  return {};
}

Result<void> PartitionReader::find_end() {
  if (commit_) {
    for (int attempt = 1;; attempt++) {
      auto found = find_end_by_commit();
      if (found || attempt == reopen_attempts) return found;
      // A writer's recovery, or a compaction after it, may have been here between two reads.
      if (TRY(read_commit(*commit_)).sequence == commit_sequence_) return found;
    }
  }
  segments_ = TRY(list_segments(directory_));
  if (segments_.empty()) return {};
  log_start_offset_ = std::max(log_start_offset_, segments_.front());
  // A later look goes on from the end that was found before.
  const bool is_same = end_.segment_base == segments_.back() && end_.position.bytes > 0;
  const LogPosition start = is_same ? end_.position : LogPosition{0, segments_.back()};
  end_ = TRY(end_by_scanning(segments_.back(), start));
  return {};
}

// The commit slot is read before the segments are listed: a segment is made before a slot names it.
Result<void> PartitionReader::find_end_by_commit() {
  for (;;) {
    const CommitState commit = TRY(read_commit(*commit_));
    segments_ = TRY(list_segments(directory_));
    const bool is_exact = TRY(knows_end(commit));
    const auto end = is_exact ? end_in_slot(commit) : end_by_chain(commit);
    // A writer that has recovered meanwhile may have appended what is not published yet.
    if (!is_exact && TRY(read_commit(*commit_)).sequence != commit.sequence) continue;
    if (!end) return end.error();
    TRY(take_word(commit, is_exact));
    commit_sequence_ = commit.sequence;
    // A recovery may have put a new file in the place of the one that is open.
    if (generation_ != commit.generation) close_segment();
    generation_ = commit.generation;
    log_start_offset_ = std::max(log_start_offset_, commit.log_start_offset);
    end_ = *end;
    is_end_sealed_ = false;
    return {};
  }
}

// Whether segments were added after the slot was written. Where a roll is going on that is so for
// a moment only; where it was interrupted, the next segment is empty.
Result<bool> PartitionReader::is_behind_segments(const CommitState& commit) const {
  if (commit.is_rolling || segments_.empty()) return false;
  if (segments_.back() <= commit.segment_base) return false;
  const CommitState now = TRY(read_commit(*commit_));
  return now.sequence == commit.sequence;
}

// Otherwise the machine was started again (or this is a copy on another one), or the newer slot is
// damaged, or the file is an old copy, and no writer has been here since.
Result<bool> PartitionReader::knows_end(const CommitState& commit) const {
  const bool is_this_boot =
      commit.boot_id == directory_.system().boot_id().value_or(commit.boot_id);
  const bool is_stale = TRY(is_behind_segments(commit));
  return is_this_boot && !commit.is_twin_damaged && !is_stale;
}

// Where the slot does not know the end, it vouches for what was on the device when it was written,
// as after a restart of the machine; and for nothing if another one may have been newer.
Result<void> PartitionReader::take_word(const CommitState& commit, bool is_exact) {
  indexes_whole_below_ = times_exact_below_ = {INT64_MAX};
  if (!is_exact) {
    const bool is_old = commit.is_twin_damaged || TRY(is_behind_segments(commit));
    indexes_whole_below_ = is_old ? Offset{} : commit.segment_base;
    times_exact_below_ = is_old ? Offset{} : commit.synced.offset;
  }
  if (!commit.are_indexes_whole) indexes_whole_below_ = {};
  if (!commit.are_times_exact) times_exact_below_ = {};
  return {};
}

std::optional<Timestamp> PartitionReader::smallest_timestamp(const BatchHeader& header) const {
  const bool is_exact = header.base_offset < times_exact_below_;
  return estream::smallest_timestamp(header,
                                     is_exact ? BaseTimestamp::smallest : BaseTimestamp::any);
}

Result<PartitionReader::End> PartitionReader::end_in_slot(const CommitState& commit) const {
  const End end = {commit.segment_base,
                   extent_ == Extent::written ? commit.written : commit.published};
  return commit.is_poisoned ? end_of_poisoned(commit, end) : Result<End>(end);
}

// The slot may be older than the segments: what follows it and is valid may have been acknowledged.
// After a restart it may also be newer: of what was not synced, anything may be missing. The end is
// where the next writer's recovery will find it.
Result<PartitionReader::End> PartitionReader::end_by_chain(const CommitState& commit) const {
  End end = {commit.segment_base, commit.synced};
  for (;;) {
    auto segment = Segment::open(directory_, end.segment_base);
    if (!segment && segment.error().code == Error::Code::not_found) {
      return Error{Error::Code::corrupt,
                   directory_.name() + ": the segment that begins at offset " +
                       std::to_string(end.segment_base.value) + " is missing"};
    }
    if (!segment) return std::move(segment).error();
    const std::uint64_t size = TRY(segment->log().size_bytes());
    if (size < end.position.bytes) return too_short(segment->log(), size, end.position.bytes);
    const Chain chain = TRY(follow_chain(segment->log(), end.position, size, epochs_));
    end.position = chain.end;
    const auto next = std::ranges::upper_bound(segments_, end.segment_base);
    if (next == segments_.end()) return end;
    if (end.position.bytes != size || *next != end.position.offset) {
      return not_joined(segment->log(), chain, *next);
    }
    end = {*next, {0, *next}};
  }
}

// A failed sync may have taken what was written since the last good one, even from those who see
// the same page cache.
Result<PartitionReader::End> PartitionReader::end_of_poisoned(const CommitState& commit,
                                                              const End& end) const {
  const Segment segment = TRY(Segment::open(directory_, end.segment_base));
  const Chain chain = TRY(follow_chain(segment.log(), commit.synced, end.position.bytes, epochs_));
  return End{end.segment_base, chain.end};
}

Result<PartitionReader::End> PartitionReader::end_by_scanning(Offset segment_base,
                                                              LogPosition start) {
  const Segment segment = TRY(Segment::open(directory_, segment_base));
  const std::uint64_t size = TRY(segment.log().size_bytes());
  // The last good index entry saves walking over everything before it.
  if (start.bytes == 0) start.bytes = TRY(segment.position_before({INT64_MAX}, size));
  const LogPosition end = TRY(last_whole_batch(segment.log(), start, size));
  return End{segment_base, end};
}

// A commit file that was moved aside is made again by the next writer; the old one stays as it is.
Result<void> PartitionReader::reopen_commit() {
  if (layout_ == Layout::kafka) return {};
  const bool is_current = commit_ && TRY(directory_.leads_to(commit_file_name, *commit_));
  if (is_current) return {};
  auto commit = directory_.open_file(commit_file_name, io::OpenMode::read);
  if (!commit && commit.error().code == Error::Code::not_found) return {};
  if (!commit) return std::move(commit).error();
  commit_ = *std::move(commit);
  commit_sequence_ = generation_ = -1;
  close_segment();  // Whoever made it has put the active segment into a new file.
  return {};
}

Result<bool> PartitionReader::refresh() {
  const Offset before = end_.position.offset;
  TRY(reopen_commit());
  if (commit_) {
    const CommitState commit = TRY(read_commit(*commit_));
    if (commit.sequence == commit_sequence_) return false;
  }
  TRY(find_end());
  return end_.position.offset > before;
}

Result<void> PartitionReader::seek(Offset offset) {
  next_offset_ = std::max(offset, log_start_offset_);
  close_segment();
  return {};
}

void PartitionReader::close_segment() {
  segment_.reset();
  batches_.reset();
  expected_.reset();
  current_.reset();
}

Result<std::uint64_t> PartitionReader::limit_of(const Segment& segment) const {
  if (segment.base() == end_.segment_base && !is_end_sealed_) return end_.position.bytes;
  return segment.log().size_bytes();
}

// Once a segment is sealed, compaction may put another file in its place, in which the end has
// another position. So the slot is read after the file was opened: if it still names the segment as
// the active one, the file is the one that the end is about.
Result<Segment> PartitionReader::open_listed(Offset base) {
  Segment segment = TRY(Segment::open(directory_, base));
  if (commit_ && base == end_.segment_base) {
    const CommitState commit = TRY(read_commit(*commit_));
    if (commit.segment_base > base) is_end_sealed_ = true;
  }
  return segment;
}

Result<Offset> PartitionReader::offset_reaching(Timestamp target) {
  for (int attempt = 0; attempt < reopen_attempts; attempt++) {
    auto found = find_reaching(target);
    if (found) return std::max(found->value_or(end_.position.offset), log_start_offset_);
    if (found.error().code != Error::Code::not_found) return std::move(found).error();
    // Its records may be in a segment that was looked at before the two were merged.
    TRY(find_end());
  }
  return Error{Error::Code::corrupt, directory_.name() + ": a segment is missing"};
}

Result<std::optional<Offset>> PartitionReader::find_reaching(Timestamp target) {
  for (std::size_t i = 0; i < segments_.size() && segments_[i] <= end_.segment_base; i++) {
    // What retention deleted and could not yet remove need not tile any more.
    const bool is_deleted = i + 1 < segments_.size() && segments_[i + 1] <= log_start_offset_;
    if (is_deleted && layout_ == Layout::estream) continue;
    const Segment segment = TRY(open_listed(segments_[i]));
    const std::uint64_t limit = TRY(limit_of(segment));
    const bool is_last = segments_[i] == end_.segment_base || i + 1 == segments_.size();
    Offset end = is_last ? end_.position.offset : segments_[i + 1];
    if (layout_ == Layout::kafka) end = {};
    const bool is_whole = segments_[i] < indexes_whole_below_;
    const auto use = is_whole ? TimeIndexUse::whole : TimeIndexUse::unproven;
    const auto found = TRY(segment.first_batch_reaching(target, limit, end, use));
    if (found) return found;
  }
  return std::optional<Offset>();
}

// Opens the segment with the greatest base offset up to next_offset_. Retention or compaction may
// have removed it since the directory was listed; then the list is made again.
Result<void> PartitionReader::open_segment() {
  for (int attempt = 0; attempt < reopen_attempts; attempt++) {
    auto after = std::ranges::upper_bound(segments_, next_offset_);
    if (after == segments_.begin() && !segments_.empty() && layout_ == Layout::kafka) after++;
    if (after != segments_.begin()) {
      auto segment = open_listed(*std::prev(after));
      if (segment) {
        segment_.emplace(*std::move(segment));
        const std::uint64_t limit = TRY(limit_of(*segment_));
        const std::uint64_t position = TRY(segment_->position_before(next_offset_, limit));
        batches_.emplace(segment_->reader(position, limit));
        expected_.reset();
        if (position == 0) expected_ = segment_->base();
        return {};
      }
      if (segment.error().code != Error::Code::not_found) return std::move(segment).error();
    }
    TRY(find_end());
    if (next_offset_ < log_start_offset_) {
      skipped_offsets_ += log_start_offset_ - next_offset_;
      next_offset_ = log_start_offset_;
    }
  }
  return Error{Error::Code::corrupt, directory_.name() + ": the segment that holds offset " +
                                         std::to_string(next_offset_.value) + " is missing"};
}

// The open segment has no further batch: go to the one that holds next_offset_.
Result<void> PartitionReader::leave_segment() {
  const std::uint64_t limit = TRY(limit_of(*segment_));
  if (limit > batches_->limit()) {
    batches_->raise_limit(limit);  // It was the active one and grew, or was sealed, meanwhile.
    return {};
  }
  if (batches_->position() < limit) return batches_->corrupt_here("an incomplete batch");
  const Offset left = segment_->base();
  if (layout_ == Layout::kafka) {
    const auto next = std::ranges::upper_bound(segments_, left);
    if (next == segments_.end()) {
      next_offset_ = end_.position.offset;  // Compacted away up to the end.
      return {};
    }
    next_offset_ = std::max(next_offset_, *next);
    return open_segment();
  }
  const std::string name = segment_->log().name();
  const io::FileStatus file = TRY(segment_->log().status());
  TRY(open_segment());
  // The same segment in another file is one into which compaction merged the next one.
  const io::FileStatus opened = TRY(segment_->log().status());
  const bool is_same = opened.inode == file.inode && opened.device == file.device;
  const std::uint64_t new_limit = TRY(limit_of(*segment_));
  if (segment_->base() == left && is_same && new_limit == limit) {
    return Error{Error::Code::corrupt, name + ": ends before offset " +
                                           std::to_string(next_offset_.value) +
                                           ", and the segment that begins there is missing"};
  }
  return {};
}

Result<void> PartitionReader::check_place(const BatchHeader& header) {
  if (layout_ == Layout::kafka) {
    if (!expected_ || header.base_offset >= *expected_) return {};
    return batches_->corrupt_here("offset " + std::to_string(header.base_offset.value) +
                                  " stands after offset " + std::to_string(expected_->value - 1));
  }
  if (expected_ && header.base_offset != *expected_) {
    return batches_->corrupt_here("the batch begins at offset " +
                                  std::to_string(header.base_offset.value) + " instead of " +
                                  std::to_string(expected_->value));
  }
  if (epochs_.at(header.base_offset) == header.leader_epoch) return {};
  TRY(load_epochs());  // It may be newer than our copy.
  if (epochs_.at(header.base_offset) == header.leader_epoch) return {};
  return batches_->corrupt_here("epoch " + std::to_string(header.leader_epoch) +
                                " is not the one that " + epochs_file_name + " has for offset " +
                                std::to_string(header.base_offset.value));
}

// Where a batch ends, nothing but its checksum proves; and a wrong end that lies beyond the
// segment's would hide all that is between the two. Within a segment the next batch shows it.
Result<void> PartitionReader::check_reach(const BatchHeader& header) {
  const auto next = std::ranges::upper_bound(segments_, segment_->base());
  const bool is_inside = header.last_offset() < end_.position.offset &&
                         (next == segments_.end() || header.last_offset() < *next);
  // A segment into which compaction merged the next one may truly reach beyond its beginning.
  return is_inside ? Result<void>() : batches_->look_into(scratch_);
}

Result<std::optional<BatchHeader>> PartitionReader::peek() {
  while (!current_) {
    if (next_offset_ >= end_.position.offset) return std::optional<BatchHeader>();
    if (!segment_) {
      TRY(open_segment());
      continue;  // Retention may have deleted all that was left up to the end.
    }
    const auto header = TRY(batches_->peek());
    if (!header) {
      TRY(leave_segment());
      continue;
    }
    TRY(check_place(*header));
    TRY(check_reach(*header));
    if (header->last_offset() < next_offset_) {
      batches_->skip();
      expected_ = header->last_offset() + 1;
      continue;
    }
    current_ = header;
  }
  return current_;
}

Result<void> PartitionReader::read(std::vector<std::byte>& out) {
  ASSERT(current_.has_value());
  TRY(batches_->read(out));
  next_offset_ = current_->last_offset() + 1;
  expected_ = next_offset_;
  current_.reset();
  return {};
}

void PartitionReader::skip() {
  ASSERT(current_.has_value());
  batches_->skip();
  next_offset_ = current_->last_offset() + 1;
  expected_ = next_offset_;
  current_.reset();
}

std::string PartitionReader::place() const {
  return segment_->log().name() + " at byte " + std::to_string(batches_->position());
}

}  // namespace estream::log
