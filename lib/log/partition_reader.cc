#include "log/partition_reader.h"

#include <algorithm>

#include "log/chain.h"
#include "log/names.h"
#include "record/batch_records.h"

namespace estream::log {

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
  // When a broker was killed, it builds the indexes of its last segments again at its next start.
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

Result<void> PartitionReader::seek(Offset offset) {
  next_offset_ = std::max(offset, log_start_offset_);
  handed_out_up_to_.reset();
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

// Once a segment is sealed, compaction may replace its file, and the end has another position in
// the new file. So the slot is read after the file was opened. If it still names this segment as
// the active one, the end belongs to the opened file.
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
    // Two segments may have been merged, and its records may be in one that was already looked at.
    TRY(find_end());
  }
  return Error{Error::Code::corrupt, directory_.name() + ": a segment is missing"};
}

Result<std::optional<Offset>> PartitionReader::find_reaching(Timestamp target) {
  for (std::size_t i = 0; i < segments_.size() && segments_[i] <= end_.segment_base; i++) {
    // Segments that retention deleted, but did not remove yet, need not tile any more.
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

// Opens the segment with the greatest base offset up to next_offset_. If retention or compaction
// removed it since the directory was listed, the directory is listed again.
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

// Only the checksum proves the last offset of a batch. A wrong last offset beyond the end of the
// segment would hide all records between the two. Inside a segment, the next batch shows the error.
Result<void> PartitionReader::check_reach(const BatchHeader& header) {
  const auto next = std::ranges::upper_bound(segments_, segment_->base());
  const bool is_inside = header.last_offset() < end_.position.offset &&
                         (next == segments_.end() || header.last_offset() < *next);
  // If compaction merged the next segment into this one, a batch of this one may reach beyond the
  // beginning of the next.
  return is_inside ? Result<void>() : batches_->look_into(scratch_);
}

// Compaction lets a batch also cover the removed records behind it. If it did so with the batch
// that was handed out last, a new search for the next batch finds that batch again. A batch that
// has a record which was not handed out is another one: it is damage, and the next read reports it.
bool PartitionReader::was_handed_out(const BatchHeader& header) {
  if (!handed_out_up_to_ || header.base_offset >= *handed_out_up_to_) return false;
  if (header.record_count == 0) return true;
  BatchDecoder decoder;
  if (!batches_->look_into(scratch_)) return false;
  const auto records = decoder.decode(header, scratch_);
  return records && std::ranges::all_of(*records, [&](const RecordView& record) {
           return record.offset < *handed_out_up_to_;
         });
}

void PartitionReader::step_behind(const BatchHeader& header) {
  next_offset_ = std::max(next_offset_, header.next_offset());
  expected_ = header.next_offset();
}

Result<std::optional<BatchHeader>> PartitionReader::peek() {
  while (!current_) {
    if (next_offset_ >= end_.position.offset) {
      if (end_.damage) return *end_.damage;
      return std::optional<BatchHeader>();
    }
    if (!segment_) {
      TRY(open_segment());
      continue;  // Retention may have deleted everything up to the end.
    }
    const auto header = TRY(batches_->peek());
    if (!header) {
      TRY(leave_segment());
      continue;
    }
    TRY(check_place(*header));
    TRY(check_reach(*header));
    if (header->last_offset() < next_offset_ || was_handed_out(*header)) {
      batches_->skip();
      step_behind(*header);
      continue;
    }
    current_ = header;
  }
  return current_;
}

Result<void> PartitionReader::read(std::vector<std::byte>& out) {
  ASSERT(current_.has_value());
  TRY(batches_->read(out));
  step_behind(*current_);
  handed_out_up_to_ = next_offset_;
  current_.reset();
  return {};
}

void PartitionReader::skip() {
  ASSERT(current_.has_value());
  batches_->skip();
  step_behind(*current_);
  handed_out_up_to_ = next_offset_;
  current_.reset();
}

std::string PartitionReader::place() const {
  return segment_->log().name() + " at byte " + std::to_string(batches_->position());
}

}  // namespace estream::log
