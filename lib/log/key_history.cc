#include "log/key_history.h"

#include <utility>

namespace estream::log {

Result<KeyHistory> KeyHistory::open(const io::Directory& directory, KeyQuestion question) {
  PartitionReader reader =
      TRY(PartitionReader::open(directory, Layout::estream, std::nullopt, Extent::written));
  KeyHistory history(std::move(reader), std::move(question));
  TRY(history.check_reach());
  if (history.question_.after) TRY(history.reader_.seek(*history.question_.after + 1));
  TRY(history.refresh());
  return history;
}

Result<void> KeyHistory::check_reach() const {
  if (!question_.after) return {};
  const Offset after = *question_.after;
  const std::string& name = reader_.directory().name();
  if (reader_.end_offset() <= after) {
    return Error{Error::Code::corrupt,
                 name + ": ends at offset " + std::to_string(reader_.end_offset().value) +
                     ", so that it has no offset " + std::to_string(after.value) +
                     "; this is another log, or the log lost its end"};
  }
  if (reader_.log_start_offset() <= after + 1) return {};
  return Error{Error::Code::corrupt,
               name + ": begins at offset " + std::to_string(reader_.log_start_offset().value) +
                   ", so that nobody can tell what came after offset " +
                   std::to_string(after.value) + "; read the state of the key again"};
}

Result<void> KeyHistory::refresh() {
  TRY(reader_.refresh());
  const std::int64_t skipped = reader_.skipped_offsets();
  while (const auto header = TRY(reader_.peek())) {
    TRY(reader_.read(bytes_));
    TRY(look_at(*header));
  }
  // Retention was faster than this reader.
  return reader_.skipped_offsets() > skipped ? check_reach() : Result<void>();
}

Result<void> KeyHistory::look_at(const BatchHeader& header) {
  if (header.is_control) return {};
  if (!producer_batch_ && header.producer_id == question_.producer_id) {
    producer_batch_ = Batch{header, bytes_};
  }
  for (const RecordView& record : TRY(decoder_.decode(header, bytes_))) {
    if (question_.after && record.offset <= *question_.after) continue;
    if (record.key == question_.key) last_ = record.offset;
  }
  return {};
}

}  // namespace estream::log
