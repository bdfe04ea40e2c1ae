#include "read/transactions.h"

namespace estream::read {

Transactions::Transactions(PartitionSource& source)
    : topic_(source.topic),
      partition_(source.partition),
      directory_(source.reader.directory()),
      log_start_(source.reader.log_start_offset()),
      isolation_(source.isolation),
      stable_end_(stable_end_of(source)) {}

Result<void> Transactions::begin(Offset offset) {
  asks_stable_end_ = false;
  if (isolation_ == Isolation::uncommitted) return {};
  if (offset > log_start_) asks_stable_end_ = TRY(stable_end_->may_differ(directory_));
  return {};
}

Result<Transactions::Standing> Transactions::standing_of(const BatchHeader& header) {
  if (asks_stable_end_ && TRY(is_held(header))) return Standing::held;
  if (header.is_control) return Standing::hidden;
  if (!header.is_transactional || isolation_ == Isolation::uncommitted) return Standing::visible;
  const std::optional<Fate> fate = TRY(fate_of(header));
  if (fate) return *fate == Fate::committed ? Standing::visible : Standing::hidden;
  // If the header is damaged, the reader of the batch reports it.
  asks_stable_end_ = true;
  const bool is_open = TRY(is_held(header));
  return is_open ? Standing::held : Standing::visible;
}

Result<bool> Transactions::is_held(const BatchHeader& header) {
  const Offset stable_end = TRY(stable_end_->find());
  return header.base_offset >= stable_end;
}

// Nothing when the log does not have the end of the transaction.
Result<std::optional<Transactions::Fate>> Transactions::fate_of(const BatchHeader& header) {
  if (!ahead_) {
    ahead_.emplace(TRY(topic_->open_reader(partition_)));
    TRY(ahead_->seek(header.base_offset));
  }
  for (;;) {
    std::deque<End>& ends = ends_[header.producer_id];
    while (!ends.empty() && ends.front().marker < header.base_offset) ends.pop_front();
    if (!ends.empty()) return std::optional(ends.front().fate);
    const bool has_more = TRY(read_on());
    if (!has_more) return std::optional<Fate>();
  }
}

Result<void> Transactions::refresh() {
  if (ahead_) TRY(ahead_->refresh());
  if (asks_stable_end_) TRY(stable_end_->refresh());
  return {};
}

// Goes on to the next control batch; false when there is none.
Result<bool> Transactions::read_on() {
  while (const auto header = TRY(ahead_->peek())) {
    if (!header->is_control) {
      ahead_->skip();
      continue;
    }
    TRY(ahead_->read(bytes_));
    TRY(note_end(*header));
    return true;
  }
  return false;
}

// A control batch that the cleaner has emptied, or one about something else, ends nothing.
Result<void> Transactions::note_end(const BatchHeader& header) {
  for (const RecordView& record : TRY(decoder_.decode(header, bytes_))) {
    const std::optional<ControlType> type = control_type(record);
    if (type != ControlType::abort && type != ControlType::commit) continue;
    const Fate fate = type == ControlType::abort ? Fate::aborted : Fate::committed;
    ends_[header.producer_id].push_back({record.offset, fate});
  }
  return {};
}

}  // namespace estream::read
