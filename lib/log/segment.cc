#include "log/segment.h"

#include <algorithm>

#include "log/names.h"

namespace estream::log {

Result<std::vector<Offset>> list_segments(const io::Directory& directory) {
  std::vector<Offset> bases;
  for (const std::string& name : TRY(directory.list())) {
    const auto base = parse_log_name(name);
    if (!base) continue;
    if (base->value == INT64_MAX) {
      return Error{Error::Code::corrupt,
                   directory.path_of(name) +
                       ": no batch can begin at the largest number there is; move it aside"};
    }
    bases.push_back(*base);
  }
  std::ranges::sort(bases);
  return bases;
}

Result<std::uint64_t> log_bytes_of(const io::Directory& directory) {
  std::uint64_t bytes = 0;
  for (const Offset base : TRY(list_segments(directory))) {
    const auto status = TRY(directory.status(segment_file_name(base, SegmentFile::log)));
    if (status) bytes += status->size_bytes;
  }
  return bytes;
}

Result<Segment> Segment::open(const io::Directory& directory, Offset base) {
  const auto name = [&](SegmentFile kind) { return segment_file_name(base, kind); };
  Segment segment(TRY(directory.open_file(name(SegmentFile::log), io::OpenMode::read)), base);
  if (auto file = directory.open_file(name(SegmentFile::index), io::OpenMode::read)) {
    segment.offsets_.emplace(*std::move(file), base);
  }
  if (auto file = directory.open_file(name(SegmentFile::time_index), io::OpenMode::read)) {
    segment.times_.emplace(*std::move(file), base);
  }
  return segment;
}

// An entry is used only if there is a valid batch at its position that ends at its offset.
Result<bool> Segment::leads_to_its_batch(const OffsetIndexEntry& entry, std::uint64_t limit) const {
  if (entry.position >= limit) return false;
  const auto header = reader(entry.position, limit).peek();
  if (!header || !*header || (*header)->last_offset() != entry.last_offset) return false;
  return is_sound(entry.position, limit);
}

// Whether a batch with a correct checksum is at the position.
bool Segment::is_sound(std::uint64_t position, std::uint64_t limit) const {
  BatchReader batches = reader(position, limit);
  const auto header = batches.peek();
  std::vector<std::byte> bytes;
  return header && *header && batches.read(bytes);
}

Result<std::uint64_t> Segment::position_before(Offset target, std::uint64_t limit) const {
  if (!offsets_) return 0;
  // The batch of an entry for `target` - 1 or less ends before the target.
  const auto entry = TRY(offsets_->floor(target + -1));
  if (!entry) return 0;
  const bool is_good = TRY(leads_to_its_batch(*entry, limit));
  return is_good ? entry->position : 0;
}

// The position after the batch that a time index entry names; 0 unless this batch has exactly the
// timestamp of the entry.
Result<std::uint64_t> Segment::position_after(const TimeIndexEntry& entry,
                                              std::uint64_t limit) const {
  BatchReader batches = reader(TRY(position_before(entry.last_offset, limit)), limit);
  for (;;) {
    const auto batch = TRY(batches.peek());
    if (!batch || batch->last_offset() > entry.last_offset) return 0;
    batches.skip();
    if (batch->last_offset() == entry.last_offset) {
      return batch->max_timestamp == entry.max_timestamp ? batches.position() : 0;
    }
  }
}

Result<std::optional<Offset>> Segment::first_batch_reaching(Timestamp target, std::uint64_t limit,
                                                            Offset end, TimeIndexUse use) const {
  std::uint64_t start = 0;
  Offset next = base_;
  Offset passed = base_;  // In the last batch that was passed over, which begins at passed_at.
  std::optional<std::uint64_t> passed_at;
  if (times_ && use == TimeIndexUse::whole) {
    const auto entry = TRY(times_->below(target));
    if (entry) start = TRY(position_after(*entry, limit));
    if (start > 0) passed = entry->last_offset;
    if (start > 0) next = passed + 1;
  }
  const bool tiles = end > Offset{};
  BatchReader batches = reader(start, limit);
  for (;;) {
    const auto batch = batches.peek();
    if (!batch) {
      if (batch.error().code != Error::Code::corrupt) return batch.error();
      return std::optional(passed);
    }
    if (!*batch) {
      // Beyond the end are records that compaction merged into this segment.
      const bool is_whole = batches.position() >= limit && next >= end &&
                            (next == end || !tiles || !passed_at || is_sound(*passed_at, limit));
      return is_whole ? std::nullopt : std::optional(passed);
    }
    // The batch before may have a wrong last offset.
    if (tiles && (*batch)->base_offset != next) return std::optional(passed);
    if ((*batch)->max_timestamp >= target) return std::optional((*batch)->base_offset);
    passed = (*batch)->base_offset;
    passed_at = batches.position();
    next = (*batch)->next_offset();
    batches.skip();
  }
}

}  // namespace estream::log
