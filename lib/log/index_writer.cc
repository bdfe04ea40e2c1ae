#include "log/index_writer.h"

#include <array>

#include "base/endian.h"
#include "log/batch_reader.h"
#include "log/names.h"
#include "log/segment_index.h"

namespace estream::log {

namespace {

constexpr std::uint64_t index_interval_bytes = 4096;  // Kafka's index.interval.bytes.

}  // namespace

Result<IndexWriter> IndexWriter::open(const io::Directory& directory, Offset segment_base,
                                      const std::string& suffix) {
  const auto open_one = [&](SegmentFile kind) {
    return directory.open_file(segment_file_name(segment_base, kind) + suffix,
                               io::OpenMode::create_or_open);
  };
  io::File offsets = TRY(open_one(SegmentFile::index));
  io::File times = TRY(open_one(SegmentFile::time_index));
  return IndexWriter(std::move(offsets), std::move(times), segment_base);
}

void IndexWriter::see(const BatchHeader& batch) {
  if (batch.max_timestamp > max_timestamp_) {
    max_timestamp_ = batch.max_timestamp;
    max_timestamp_offset_ = batch.last_offset();
  }
}

Result<void> IndexWriter::add(const BatchHeader& batch, std::uint64_t position) {
  see(batch);
  if (position - indexed_position_ <= index_interval_bytes) return {};
  TRY(add_offset_entry(batch.last_offset(), position));
  return add_time_entry();
}

Result<void> IndexWriter::add_offset_entry(Offset last_offset, std::uint64_t position) {
  std::array<std::byte, offset_index_entry_bytes> entry;
  store_be(entry, 0, static_cast<std::int32_t>(last_offset - base_));
  store_be(entry, 4, static_cast<std::int32_t>(position));
  TRY(offsets_.write_at(offset_entries_ * entry.size(), entry));
  offset_entries_++;
  indexed_position_ = position;
  return {};
}

Result<void> IndexWriter::add_time_entry() {
  if (is_complete()) return {};
  std::array<std::byte, time_index_entry_bytes> entry;
  store_be(entry, 0, max_timestamp_.ms);
  store_be(entry, 8, static_cast<std::int32_t>(max_timestamp_offset_ - base_));
  TRY(times_.write_at(time_entries_ * entry.size(), entry));
  time_entries_++;
  indexed_timestamp_ = max_timestamp_;
  return {};
}

Result<void> IndexWriter::seal() {
  TRY(add_time_entry());
  TRY(offsets_.sync_data());
  return times_.sync_data();
}

Result<void> IndexWriter::rebuild(const io::File& log, std::uint64_t log_bytes) {
  TRY(offsets_.truncate(0));
  TRY(times_.truncate(0));
  offset_entries_ = time_entries_ = indexed_position_ = 0;
  indexed_timestamp_ = max_timestamp_ = {};
  BatchReader reader(log, 0, log_bytes);
  for (;;) {
    const auto batch = TRY(reader.peek());
    if (!batch) return {};
    TRY(add(*batch, reader.position()));
    reader.skip();
  }
}

Result<void> IndexWriter::reload(const io::File& log, std::uint64_t log_bytes) {
  const std::uint64_t offsets_size = TRY(offsets_.size_bytes());
  const std::uint64_t times_size = TRY(times_.size_bytes());
  // A writer died in the middle of an entry.
  const bool is_cut_short =
      offsets_size % offset_index_entry_bytes != 0 || times_size % time_index_entry_bytes != 0;
  if (is_cut_short) return rebuild(log, log_bytes);
  offset_entries_ = offsets_size / offset_index_entry_bytes;
  time_entries_ = times_size / time_index_entry_bytes;
  indexed_position_ = 0;
  indexed_timestamp_ = max_timestamp_ = {};
  if (time_entries_ > 0) {
    std::array<std::byte, time_index_entry_bytes> entry = {};
    TRY(times_.read_at((time_entries_ - 1) * entry.size(), entry));
    indexed_timestamp_ = max_timestamp_ = {load_be<std::int64_t>(entry, 0)};
    max_timestamp_offset_ = base_ + load_be<std::int32_t>(entry, 8);
  }
  Offset indexed_offset = base_;
  if (offset_entries_ > 0) {
    std::array<std::byte, offset_index_entry_bytes> entry = {};
    TRY(offsets_.read_at((offset_entries_ - 1) * entry.size(), entry));
    indexed_offset = base_ + load_be<std::int32_t>(entry, 0);
    indexed_position_ = load_be<std::uint32_t>(entry, 4);
  }
  BatchReader reader(log, indexed_position_, log_bytes);
  if (offset_entries_ > 0) {
    const auto batch = reader.peek();
    if (!batch && batch.error().code != Error::Code::corrupt) return batch.error();
    const bool is_true = batch && *batch && (*batch)->last_offset() == indexed_offset;
    // A time index that somebody removed: entries of later batches alone would be false ones.
    if (!is_true || time_entries_ == 0) return rebuild(log, log_bytes);
  }
  // The batches since the last entry may hold a larger timestamp that no entry knows yet.
  for (;;) {
    const auto batch = TRY(reader.peek());
    if (!batch) return {};
    const bool lacks_entry = reader.position() - indexed_position_ > index_interval_bytes;
    if (lacks_entry) return rebuild(log, log_bytes);
    see(*batch);
    reader.skip();
  }
}

}  // namespace estream::log
