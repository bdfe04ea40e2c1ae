// Where a reader finds the end of its log.
#include <algorithm>
#include <utility>

#include "log/chain.h"
#include "log/names.h"
#include "log/partition_reader.h"

namespace estream::log {

Result<void> PartitionReader::find_end() {
  if (commit_) {
    for (int attempt = 1;; attempt++) {
      auto found = find_end_by_commit();
      if (found || attempt == reopen_attempts) return found;
      // A recovery, or a compaction after it, may have changed the files between two reads.
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
  if (passed_ == std::pair(end_.segment_base, end_.position)) end_.damage.reset();
  return {};
}

// The commit slot is read before the segments are listed: a segment is made before a slot names it.
Result<void> PartitionReader::find_end_by_commit() {
  for (;;) {
    const CommitState commit = TRY(read_commit(*commit_));
    segments_ = TRY(list_segments(directory_));
    const bool is_in_slot = TRY(is_exact(commit));
    const auto end = is_in_slot ? end_in_slot(commit) : end_by_chain(commit);
    // A writer may have recovered meanwhile, and have appended batches that are not published yet.
    if (!is_in_slot && TRY(read_commit(*commit_)).sequence != commit.sequence) continue;
    if (!end) return end.error();
    TRY(take(commit, *end, is_in_slot));
    return {};
  }
}

Result<void> PartitionReader::take(const CommitState& commit, const End& end, bool is_exact) {
  TRY(take_word(commit, is_exact));
  commit_sequence_ = commit.sequence;
  // A recovery may have replaced the file that is open.
  if (generation_ != commit.generation) close_segment();
  generation_ = commit.generation;
  log_start_offset_ = std::max(log_start_offset_, commit.log_start_offset);
  end_ = end;
  is_end_sealed_ = false;
  return {};
}

// Whether segments were added after the slot was written. During a roll this is so for a moment. If
// a roll was interrupted, it stays so, and the next segment is empty.
Result<bool> PartitionReader::is_behind_segments(const CommitState& commit) const {
  if (commit.is_rolling || segments_.empty()) return false;
  if (segments_.back() <= commit.segment_base) return false;
  const CommitState now = TRY(read_commit(*commit_));
  return now.sequence == commit.sequence;
}

// Whether the slot says exactly where the log ends. It does not when the machine was started again
// (or this is a copy on another machine), when the newer slot is damaged, or when the file is an
// old copy, and no writer has written since.
Result<bool> PartitionReader::is_exact(const CommitState& commit) const {
  const bool is_stale = TRY(is_behind_segments(commit));
  return is_of_this_boot(commit, directory_.system()) && !commit.is_twin_damaged && !is_stale;
}

// Whether the end is still in the same segment. Then the directory need not be listed, and the cost
// does not depend on the number of segments.
bool PartitionReader::is_in_known_segment(const CommitState& commit) const {
  return !segments_.empty() && segments_.back() == commit.segment_base &&
         end_.segment_base == commit.segment_base && generation_ == commit.generation &&
         !commit.is_poisoned && !commit.is_rolling && !commit.is_twin_damaged &&
         is_of_this_boot(commit, directory_.system());
}

Result<Offset> PartitionReader::known_end() const {
  return end_.damage ? Result<Offset>(*end_.damage) : end_.position.offset;
}

void PartitionReader::pass_damage() {
  passed_ = std::pair(end_.segment_base, end_.position);
  end_.damage.reset();
}

// Takes over the two flags of the slot. If the slot is not exact, as after a restart of the
// machine, they hold only for the part that was synced when it was written. If the other slot may
// have been newer, they hold for nothing.
Result<void> PartitionReader::take_word(const CommitState& commit, bool is_exact) {
  indexes_whole_below_ = ours_below_ = {INT64_MAX};
  if (!is_exact) {
    const bool is_old = commit.is_twin_damaged || TRY(is_behind_segments(commit));
    indexes_whole_below_ = is_old ? Offset{} : commit.segment_base;
    ours_below_ = is_old ? Offset{} : commit.synced.offset;
  }
  if (!commit.are_indexes_whole) indexes_whole_below_ = {};
  if (!commit.are_batches_ours) ours_below_ = {};
  return {};
}

std::optional<Timestamp> PartitionReader::smallest_timestamp(const BatchHeader& header) const {
  const bool is_exact = header.base_offset < ours_below_;
  return estream::smallest_timestamp(header,
                                     is_exact ? BaseTimestamp::smallest : BaseTimestamp::any);
}

Result<PartitionReader::End> PartitionReader::end_in_slot(const CommitState& commit) const {
  const End end = {commit.segment_base,
                   extent_ == Extent::written ? commit.written : commit.published, std::nullopt};
  return commit.is_poisoned ? end_of_poisoned(commit, end) : Result<End>(end);
}

// The slot may be older than the segments: valid batches behind its end may have been acknowledged.
// After a restart it may also be newer: any bytes that were not synced may be missing. The end is
// where the recovery of the next writer will find it.
Result<PartitionReader::End> PartitionReader::end_by_chain(const CommitState& commit) const {
  End end = {commit.segment_base, commit.synced, std::nullopt};
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
    end = {*next, {0, *next}, std::nullopt};
  }
}

// A failed sync may have lost everything that was written since the last good sync, even for
// processes that use the same page cache.
Result<PartitionReader::End> PartitionReader::end_of_poisoned(const CommitState& commit,
                                                              const End& end) const {
  const Segment segment = TRY(Segment::open(directory_, end.segment_base));
  const Chain chain = TRY(follow_chain(segment.log(), commit.synced, end.position.bytes, epochs_));
  return End{end.segment_base, chain.end, std::nullopt};
}

Result<PartitionReader::End> PartitionReader::end_by_scanning(Offset segment_base,
                                                              LogPosition start) {
  const Segment segment = TRY(Segment::open(directory_, segment_base));
  const std::uint64_t size = TRY(segment.log().size_bytes());
  // From the last good index entry on, only a short part of the segment has to be read.
  if (start.bytes == 0) start.bytes = TRY(segment.position_before({INT64_MAX}, size));
  WholeBatches found = TRY(find_whole_batches(segment.log(), start, size));
  return End{segment_base, found.end, std::move(found.damage)};
}

// If the commit file was moved aside, the next writer makes a new one, and the open one does not
// change any more.
Result<void> PartitionReader::reopen_commit() {
  if (layout_ == Layout::kafka) return {};
  const bool is_current = commit_ && TRY(directory_.leads_to(commit_file_name, *commit_));
  if (is_current) return {};
  auto commit = directory_.open_file(commit_file_name, io::OpenMode::read);
  if (!commit && commit.error().code == Error::Code::not_found) return {};
  if (!commit) return std::move(commit).error();
  commit_ = *std::move(commit);
  commit_sequence_ = generation_ = -1;
  close_segment();  // The writer that made it has copied the active segment to a new file.
  return {};
}

Result<bool> PartitionReader::refresh() {
  const Offset before = end_.position.offset;
  TRY(reopen_commit());
  if (commit_) {
    const CommitState commit = TRY(read_commit(*commit_));
    if (commit.sequence == commit_sequence_) return false;
    if (is_in_known_segment(commit)) {
      const End end = TRY(end_in_slot(commit));
      TRY(take(commit, end, true));
      return end_.position.offset > before;
    }
  }
  TRY(find_end());
  return end_.position.offset > before;
}

}  // namespace estream::log
