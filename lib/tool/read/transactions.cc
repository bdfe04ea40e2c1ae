#include "tool/read/transactions.h"

namespace estream::tool {

Result<Transactions::Fate> Transactions::fate_of(const BatchHeader& header) {
  if (!ahead_) {
    ahead_.emplace(TRY(open_reader_()));
    TRY(ahead_->seek(header.base_offset));
  }
  for (;;) {
    std::deque<End>& ends = ends_[header.producer_id];
    while (!ends.empty() && ends.front().marker < header.base_offset) ends.pop_front();
    if (!ends.empty()) return ends.front().fate;
    const bool has_more = TRY(read_on());
    if (!has_more) return Fate::open;
  }
}

Result<void> Transactions::refresh() {
  if (ahead_) TRY(ahead_->refresh());
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

}  // namespace estream::tool
