#include "read/stable_end.h"

#include <algorithm>
#include <string>

#include "log/names.h"
#include "log/segment.h"

namespace estream::read {

namespace {

// Files that only a broker leaves in a partition's directory.
bool is_of_broker(const std::string& name) {
  return name.ends_with(".snapshot") || name.ends_with(".txnindex") || name == "partition.metadata";
}

}  // namespace

// Our own writers write no transactions, and to look for those that were copied into a topic of
// ours is to go over all of its headers: that is done where nobody vouches for the batches, or
// where something says that a broker was here.
Result<bool> StableEnd::may_differ(const io::Directory& directory) {
  if (topic_->layout() == log::Layout::kafka) return true;
  if (may_differ_) return *may_differ_;
  may_differ_ = !are_batches_ours_ || std::ranges::any_of(TRY(directory.list()), is_of_broker);
  return *may_differ_;
}

Result<Offset> StableEnd::find() {
  if (found_) return *found_;
  if (!reader_) {
    reader_.emplace(TRY(topic_->open_reader(partition_)));
    scanned_ = reader_->log_start_offset();
    TRY(reader_->seek(scanned_));
  }
  for (;;) {
    const bool has_more = TRY(read_on());
    if (!has_more) break;
  }
  while (!open_.empty()) {
    const auto first =
        std::ranges::min_element(open_, {}, &std::pair<const std::int64_t, Offset>::second);
    const bool is_open = TRY(is_sound(first->second));
    if (is_open) return found_.emplace(first->second);
    open_.erase(first);  // Whoever reads it meets the damage.
  }
  return found_.emplace(reader_->end_offset());
}

Result<void> StableEnd::refresh() {
  found_.reset();
  if (reader_) TRY(reader_->refresh());
  return {};
}

// Goes on by one batch; false when there is none.
Result<bool> StableEnd::read_on() {
  const auto found = reader_->peek();
  if (!found) return skip_damage(found.error());
  if (!*found) return false;
  const BatchHeader header = **found;
  scanned_ = header.next_offset();
  if (!header.is_control) {
    reader_->skip();
    if (header.is_transactional) open_.try_emplace(header.producer_id, header.base_offset);
    return true;
  }
  auto read = reader_->read(bytes_);
  if (read) read = note_end(header);
  if (read) return true;
  if (read.error().code != Error::Code::corrupt || on_corrupt_ == OnCorrupt::stop) {
    return read.error();
  }
  TRY(reader_->seek(scanned_));
  return true;
}

// What a damaged batch was is not known, and where the next one begins only at the next segment.
Result<bool> StableEnd::skip_damage(const Error& error) {
  if (error.code != Error::Code::corrupt || on_corrupt_ == OnCorrupt::stop) return error;
  const auto segments = log::list_segments(reader_->directory());
  if (!segments) return error;
  const auto next = std::ranges::upper_bound(*segments, scanned_);
  if (next == segments->end() || *next >= reader_->end_offset()) return false;
  scanned_ = *next;
  TRY(reader_->seek(scanned_));
  return true;
}

// A control batch that the cleaner has emptied, or one about something else, ends nothing.
Result<void> StableEnd::note_end(const BatchHeader& header) {
  for (const RecordView& record : TRY(decoder_.decode(header, bytes_))) {
    const std::optional<ControlType> type = control_type(record);
    if (type == ControlType::abort || type == ControlType::commit) open_.erase(header.producer_id);
  }
  return {};
}

// What holds up everything behind it must not be a header that is damaged, and nothing but the
// checksum protects it.
Result<bool> StableEnd::is_sound(Offset first) {
  if (first == checked_) return true;
  log::PartitionReader reader = TRY(topic_->open_reader(partition_));
  TRY(reader.seek(first));
  const auto header = TRY(reader.peek());
  const Result<void> read = header ? reader.read(bytes_) : Result<void>();
  if (read) checked_ = first;
  if (read) return true;
  if (read.error().code != Error::Code::corrupt || on_corrupt_ == OnCorrupt::stop) {
    return read.error();
  }
  return false;
}

}  // namespace estream::read
