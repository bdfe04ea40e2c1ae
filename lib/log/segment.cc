#include "log/segment.h"

#include <algorithm>

#include "log/names.h"

namespace estream::log {

Result<std::vector<Offset>> list_segments(const io::Directory& directory) {
  std::vector<Offset> bases;
  for (const std::string& name : TRY(directory.list())) {
    if (const auto base = parse_log_name(name)) bases.push_back(*base);
  }
  std::ranges::sort(bases);
  return bases;
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

// An entry counts when a valid batch is where it points and ends at the offset that it names.
Result<bool> Segment::leads_to_its_batch(const OffsetIndexEntry& entry, std::uint64_t limit) const {
  if (entry.position >= limit) return false;
  BatchReader at_entry = reader(entry.position, limit);
  const auto header = at_entry.peek();
  if (!header || !*header || (*header)->last_offset() != entry.last_offset) return false;
  std::vector<std::byte> bytes;
  return at_entry.read(bytes).has_value();
}

Result<std::uint64_t> Segment::position_before(Offset target, std::uint64_t limit) const {
  if (!offsets_) return 0;
  // The batch of an entry for `target` - 1 or less ends before the target.
  const auto entry = TRY(offsets_->floor(target + -1));
  if (!entry) return 0;
  const bool is_good = TRY(leads_to_its_batch(*entry, limit));
  return is_good ? entry->position : 0;
}

// A time index entry counts when the batch that it names holds exactly its timestamp; 0 otherwise.
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
                                                            Offset end) const {
  std::uint64_t start = 0;
  Offset next = base_;
  if (times_) {
    const auto entry = TRY(times_->below(target));
    if (entry) start = TRY(position_after(*entry, limit));
    if (start > 0) next = entry->last_offset + 1;
  }
  BatchReader batches = reader(start, limit);
  for (;;) {
    const auto batch = batches.peek();
    if (!batch) {
      if (batch.error().code != Error::Code::corrupt) return batch.error();
      return std::optional(next);
    }
    if (!*batch) {
      const bool is_whole = batches.position() >= limit && next >= end;
      return is_whole ? std::nullopt : std::optional(next);
    }
    if ((*batch)->max_timestamp >= target) return std::optional((*batch)->base_offset);
    next = (*batch)->next_offset();
    batches.skip();
  }
}

}  // namespace estream::log
