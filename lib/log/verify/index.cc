#include "log/verify/index.h"

#include <algorithm>

#include "base/endian.h"
#include "log/names.h"

namespace estream::log {

namespace {

constexpr std::uint64_t index_interval_bytes = 4096;  // As in index_writer.cc.
constexpr std::size_t index_file_bytes_max = 256 << 20;

std::string shown(const OffsetIndexEntry& entry) {
  return "offset " + std::to_string(entry.last_offset.value) + " at byte " +
         std::to_string(entry.position);
}

std::string shown(const TimeIndexEntry& entry) {
  return "time " + std::to_string(entry.max_timestamp.ms) + " at offset " +
         std::to_string(entry.last_offset.value);
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

}  // namespace

IndexProof::IndexProof(const io::Directory& directory, Offset base, IndexRules rules,
                       Findings& findings)
    : base_(base), rules_(rules), findings_(&findings) {
  offsets_.name = segment_file_name(base, SegmentFile::index);
  times_.name = segment_file_name(base, SegmentFile::time_index);
  load(directory, offset_index_entry_bytes, offsets_);
  load(directory, time_index_entry_bytes, times_);
  measure(offset_index_entry_bytes, 0, offsets_);
  measure(time_index_entry_bytes, 8, times_);
}

void IndexProof::load(const io::Directory& directory, std::size_t entry_bytes, File& file) {
  auto bytes = directory.read_file(file.name, index_file_bytes_max);
  file.name = directory.path_of(file.name);
  if (!bytes && bytes.error().code == Error::Code::not_found) {
    findings_->note(file.name, std::nullopt, "is missing, which makes searches longer");
    return;
  }
  if (!bytes) return findings_->add(Remedy::remove_index, file.name, bytes.error());
  file.is_compared = true;
  file.bytes = *std::move(bytes);
  if (const std::size_t rest = file.bytes.size() % entry_bytes; rest != 0) {
    findings_->fault(Remedy::remove_index, file.name, file.bytes.size() - rest,
                     "ends with " + std::to_string(rest) + " bytes of an entry of " +
                         std::to_string(entry_bytes));
  }
}

// How many entries are in use. A broker's file may be longer, and is zero from there on.
void IndexProof::measure(std::size_t entry_bytes, std::size_t offset_at, File& file) {
  const std::size_t capacity = file.bytes.size() / entry_bytes;
  file.count = capacity;
  if (rules_ == IndexRules::exact) return;
  const std::string_view bytes = file.bytes;
  for (std::size_t i = 0; i < capacity; i++) {
    const std::string_view entry = bytes.substr(i * entry_bytes, entry_bytes);
    const bool is_unused = i == 0 ? is_zero(entry) : is_zero(entry.substr(offset_at, 4));
    if (!is_unused) continue;
    file.count = i;
    const std::size_t used = i * entry_bytes;
    if (const std::size_t other = bytes.find_first_not_of('\0', used); other != bytes.npos) {
      findings_->fault(Remedy::remove_index, file.name, other,
                       "not zero, behind the last entry that is in use");
    }
    return;
  }
}

OffsetIndexEntry IndexProof::offset_entry(std::size_t number) const {
  const Bytes bytes = as_bytes(offsets_.bytes);
  const std::size_t at = number * offset_index_entry_bytes;
  return {base_ + load_be<std::int32_t>(bytes, at), load_be<std::uint32_t>(bytes, at + 4)};
}

TimeIndexEntry IndexProof::time_entry(std::size_t number) const {
  const Bytes bytes = as_bytes(times_.bytes);
  const std::size_t at = number * time_index_entry_bytes;
  return {{load_be<std::int64_t>(bytes, at)}, base_ + load_be<std::int32_t>(bytes, at + 8)};
}

// Adds a fault at the next entry to compare.
void IndexProof::fault(File& file, std::size_t entry_bytes, const std::string& what) {
  findings_->fault(Remedy::remove_index, file.name, file.next * entry_bytes, what);
  file.is_compared = false;
}

void IndexProof::see(const BatchHeader& batch, std::uint64_t position) {
  if (rules_ == IndexRules::exact) return see_exact(batch, position);
  see_safe_offsets(batch, position);
  see_safe_times(batch);
}

void IndexProof::see_exact(const BatchHeader& batch, std::uint64_t position) {
  if (batch.max_timestamp > max_timestamp_) {
    max_timestamp_ = batch.max_timestamp;
    max_timestamp_offset_ = batch.last_offset();
    see_growth();
  }
  if (position - indexed_position_ <= index_interval_bytes) return;
  indexed_position_ = position;
  expect_offset_entry(batch.last_offset(), position);
  expect_time_entry();
}

// A time entry can be only where the largest timestamp grows. Whether there is one depends on when
// a writer ended, except in the cases of expect_time_entry().
void IndexProof::see_growth() {
  if (!times_.is_compared || times_.next >= times_.count) return;
  const TimeIndexEntry entry = time_entry(times_.next);
  if (entry.max_timestamp > max_timestamp_) return;
  if (entry.max_timestamp == max_timestamp_ && entry.last_offset == max_timestamp_offset_) {
    matched_timestamp_ = max_timestamp_;
    times_.next++;
    return;
  }
  fault(times_, time_index_entry_bytes,
        "says " + shown(entry) + ", which is not the first batch with so large a time");
}

void IndexProof::expect_offset_entry(Offset last_offset, std::uint64_t position) {
  if (!offsets_.is_compared) return;
  const OffsetIndexEntry expected = {last_offset, position};
  if (offsets_.next >= offsets_.count) {
    return fault(offsets_, offset_index_entry_bytes,
                 "ends before the entry for " + shown(expected));
  }
  const OffsetIndexEntry entry = offset_entry(offsets_.next);
  if (entry.last_offset == last_offset && entry.position == position) {
    offsets_.next++;
    return;
  }
  fault(offsets_, offset_index_entry_bytes,
        "says " + shown(entry) + " instead of " + shown(expected));
}

void IndexProof::expect_time_entry() {
  if (!times_.is_compared || matched_timestamp_ == max_timestamp_) return;
  fault(times_, time_index_entry_bytes,
        "has no entry for " + shown(TimeIndexEntry{max_timestamp_, max_timestamp_offset_}));
}

void IndexProof::see_safe_offsets(const BatchHeader& batch, std::uint64_t position) {
  while (offsets_.is_compared && offsets_.next < offsets_.count) {
    const OffsetIndexEntry entry = offset_entry(offsets_.next);
    const bool is_growing =
        !previous_offset_ || (entry.last_offset > previous_offset_->last_offset &&
                              entry.position > previous_offset_->position);
    if (!is_growing) {
      return fault(offsets_, offset_index_entry_bytes,
                   "says " + shown(entry) + ", which is not beyond the entry before it");
    }
    if (entry.position > position) return;
    if (entry.position < position || entry.last_offset < batch.base_offset) {
      return fault(offsets_, offset_index_entry_bytes,
                   "says " + shown(entry) + ", where no batch begins that leads to it");
    }
    previous_offset_ = entry;
    offsets_.next++;
  }
}

void IndexProof::see_safe_times(const BatchHeader& batch) {
  max_timestamp_ = std::max(max_timestamp_, batch.max_timestamp);
  while (times_.is_compared && times_.next < times_.count) {
    const TimeIndexEntry entry = time_entry(times_.next);
    const bool is_growing =
        !previous_time_ || (entry.max_timestamp > previous_time_->max_timestamp &&
                            entry.last_offset >= previous_time_->last_offset);
    if (!is_growing) {
      return fault(times_, time_index_entry_bytes,
                   "says " + shown(entry) + ", which is not beyond the entry before it");
    }
    if (entry.last_offset >= batch.last_offset()) {
      if (batch.max_timestamp <= entry.max_timestamp) return;
      return fault(times_, time_index_entry_bytes,
                   "says " + shown(entry) + ", but offset " +
                       std::to_string(batch.last_offset().value) + " before it is later");
    }
    previous_time_ = entry;
    times_.next++;
  }
}

void IndexProof::finish(End end) {
  if (end == End::torn) return;
  const bool is_exact = rules_ == IndexRules::exact;
  if (end == End::sealed && is_exact && max_timestamp_ > Timestamp{}) expect_time_entry();
  if (offsets_.is_compared && offsets_.next < offsets_.count) {
    fault(offsets_, offset_index_entry_bytes,
          "says " + shown(offset_entry(offsets_.next)) + ", where the log has no batch for it");
  }
  if (!times_.is_compared || times_.next >= times_.count) return;
  const TimeIndexEntry last = time_entry(times_.count - 1);
  if (is_exact || last.max_timestamp > max_timestamp_) {
    fault(times_, time_index_entry_bytes,
          "says " + shown(time_entry(times_.next)) + ", which no batch of the log has");
  }
}

}  // namespace estream::log
