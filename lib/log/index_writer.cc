#include "log/index_writer.h"

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "log/batch_reader.h"
#include "log/names.h"
#include "log/segment_index.h"

namespace estream::log {

namespace {

constexpr std::uint64_t index_interval_bytes = 4096;   // Kafka's index.interval.bytes.
constexpr std::size_t unwritten_bytes_max = 64 << 10;  // Of a rebuild.

}  // namespace

Result<void> IndexWriter::Entries::write() {
  TRY(file.write_at(bytes, unwritten));
  bytes += unwritten.size();
  unwritten.clear();
  return {};
}

Result<void> IndexWriter::Entries::clear() {
  bytes = 0;
  unwritten.clear();
  return file.truncate(0);
}

Result<IndexWriter> IndexWriter::open(const io::Directory& directory, Offset segment_base,
                                      const std::string& suffix) {
  const auto name = [&](SegmentFile kind) {
    return segment_file_name(segment_base, kind) + suffix;
  };
  IndexWriter writer(directory, {name(SegmentFile::index)}, {name(SegmentFile::time_index)},
                     segment_base);
  TRY(writer.open_file(writer.offsets_));
  TRY(writer.open_file(writer.times_));
  return writer;
}

Result<void> IndexWriter::open_file(Entries& entries) const {
  // The file is written in place, and a second name of it may belong to somebody else.
  const auto status = TRY(directory_.status(entries.name));
  if (status && status->link_count > 1) TRY(directory_.remove_file(entries.name));
  const std::string log = segment_file_name(base_, SegmentFile::log);
  entries.file = TRY(directory_.open_or_create(entries.name, log));
  return {};
}

// Indexes may be removed at any time, and another writer may have made a new file since. Entries
// that were added to the removed file would be missing in the new one.
Result<void> IndexWriter::reopen_replaced(Entries& entries) const {
  const io::FileStatus own = TRY(entries.file.status());
  const auto named = TRY(directory_.status(entries.name));
  if (named && named->inode == own.inode && named->device == own.device) return {};
  return open_file(entries);
}

void IndexWriter::see(const BatchHeader& batch) {
  if (batch.max_timestamp > max_timestamp_) {
    max_timestamp_ = batch.max_timestamp;
    max_timestamp_offset_ = batch.last_offset();
  }
}

void IndexWriter::see_at(const BatchHeader& batch, std::uint64_t position) {
  see(batch);
  if (position - indexed_position_ <= index_interval_bytes) return;
  add_time_entry();
  std::array<std::byte, offset_index_entry_bytes> entry;
  store_be(entry, 0, static_cast<std::int32_t>(batch.last_offset() - base_));
  store_be(entry, 4, static_cast<std::int32_t>(position));
  offsets_.unwritten.insert(offsets_.unwritten.end(), entry.begin(), entry.end());
  indexed_offset_ = batch.last_offset();
  indexed_position_ = position;
}

void IndexWriter::add_time_entry() {
  if (is_complete()) return;
  std::array<std::byte, time_index_entry_bytes> entry;
  store_be(entry, 0, max_timestamp_.ms);
  store_be(entry, 8, static_cast<std::int32_t>(max_timestamp_offset_ - base_));
  times_.unwritten.insert(times_.unwritten.end(), entry.begin(), entry.end());
  indexed_timestamp_ = max_timestamp_;
}

// In this order: an offset entry proves that the time entries up to its batch are there.
Result<void> IndexWriter::write() {
  TRY(times_.write());
  return offsets_.write();
}

Result<void> IndexWriter::add(const BatchHeader& batch, std::uint64_t position) {
  see_at(batch, position);
  return write();
}

Result<void> IndexWriter::complete() {
  add_time_entry();
  return write();
}

Result<void> IndexWriter::seal() {
  TRY(complete());
  TRY(offsets_.file.sync_data());
  return times_.file.sync_data();
}

Result<void> IndexWriter::rebuild(const io::File& log, std::uint64_t log_bytes) {
  TRY(offsets_.clear());
  TRY(times_.clear());
  indexed_position_ = 0;
  indexed_timestamp_ = max_timestamp_ = {};
  BatchReader reader(log, 0, log_bytes);
  for (;;) {
    const auto batch = TRY(reader.peek());
    if (!batch) return write();
    see_at(*batch, reader.position());
    if (offsets_.unwritten.size() >= unwritten_bytes_max) TRY(write());
    reader.skip();
  }
}

Result<void> IndexWriter::reload(const io::File& log, std::uint64_t log_bytes) {
  TRY(reopen_replaced(offsets_));
  TRY(reopen_replaced(times_));
  const bool is_whole = TRY(load_last_entries()) && TRY(goes_on(log, log_bytes));
  return is_whole ? Result<void>() : rebuild(log, log_bytes);
}

// False when the last entry is not whole, because its writer died, or when the time index was
// removed.
Result<bool> IndexWriter::load_last_entries() {
  for (Entries* entries : {&offsets_, &times_}) {
    entries->bytes = TRY(entries->file.size_bytes());
    entries->unwritten.clear();
  }
  indexed_position_ = 0;
  indexed_timestamp_ = max_timestamp_ = {};
  if (times_.bytes % time_index_entry_bytes != 0) return false;
  if (offsets_.bytes % offset_index_entry_bytes != 0) return false;
  if (times_.bytes > 0) {
    std::array<std::byte, time_index_entry_bytes> entry = {};
    TRY(times_.file.read_at(times_.bytes - entry.size(), entry));
    indexed_timestamp_ = max_timestamp_ = {load_be<std::int64_t>(entry, 0)};
    max_timestamp_offset_ = base_ + load_be<std::int32_t>(entry, 8);
  }
  if (offsets_.bytes > 0) {
    std::array<std::byte, offset_index_entry_bytes> entry = {};
    TRY(offsets_.file.read_at(offsets_.bytes - entry.size(), entry));
    indexed_offset_ = base_ + load_be<std::int32_t>(entry, 0);
    indexed_position_ = load_be<std::uint32_t>(entry, 4);
  }
  return offsets_.bytes == 0 || times_.bytes > 0;
}

// Whether the last entries are correct, and no batch behind them should have an entry. Looks at the
// batches from the last offset entry on. They may also hold a larger timestamp without an entry.
Result<bool> IndexWriter::goes_on(const io::File& log, std::uint64_t log_bytes) {
  const Timestamp indexed = indexed_timestamp_;
  const Offset named = max_timestamp_offset_;  // By the last time entry.
  bool is_first = offsets_.bytes > 0;          // The batch of the last offset entry.
  bool is_met = times_.bytes == 0 || (is_first && named < indexed_offset_);
  BatchReader reader(log, indexed_position_, log_bytes);
  for (;; is_first = false) {
    const auto batch = reader.peek();
    if (!batch && is_first && batch.error().code == Error::Code::corrupt) return false;
    if (!batch) return batch.error();
    if (!*batch) return is_met && !is_first;
    const Offset last = (*batch)->last_offset();
    if (is_first && last != indexed_offset_) return false;
    if (!is_first && reader.position() - indexed_position_ > index_interval_bytes) return false;
    if (times_.bytes > 0 && last == named) {
      if ((*batch)->max_timestamp != indexed) return false;
      is_met = true;
    }
    // Up to the last entry of each index, no batch may be later than the time index says.
    if ((is_first || !is_met) && (*batch)->max_timestamp > indexed) return false;
    see(**batch);
    reader.skip();
  }
}

}  // namespace estream::log
