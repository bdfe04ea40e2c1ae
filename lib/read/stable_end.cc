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

// estream's writers write no transactions. But somebody may have copied transactions into a topic,
// and only a scan of all headers finds them. The scan is done when the slot does not say that all
// batches are estream's own, or when there are files of a broker.
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
    open_.erase(first);  // A reader of the batch reports the damage.
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

// The content of a damaged batch is unknown. The next known beginning of a batch is the next
// segment.
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

// An open transaction hides everything behind it. Only the checksum proves that it is not just a
// damaged header.
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
