#include "prove/crash_reading.h"

#include <fmt/format.h>

#include "prove/crash_machine.h"
#include "record/batch_records.h"

namespace estream::prove::crash {

namespace {

Error wrong(const std::string& what) { return {Error::Code::corrupt, what}; }

class Comparison {
 public:
  Comparison(const LogModel& model, Reading& reading)
      : model_(model), reading_(reading), next_(reading.start) {}

  Result<void> take(const BatchHeader& header, std::span<const RecordView> records) {
    // The first batch may hold offsets below the log start.
    const bool tiles = is_first_ ? header.base_offset.value <= reading_.start
                                 : header.base_offset.value == batch_end_;
    if (!tiles) return wrong(fmt::format("a batch begins at {}", header.base_offset.value));
    is_first_ = false;
    batch_end_ = header.next_offset().value;
    for (const RecordView& record : records) {
      if (record.offset.value < reading_.start) continue;
      TRY(skip_to(record.offset.value));
      TRY(compare(record));
      reading_.offsets.push_back(next_++);
    }
    return skip_to(std::max(batch_end_, next_));
  }

  Result<void> finish() const {
    if (next_ == reading_.end) return {};
    return wrong(fmt::format("the records end at {} and the log at {}", next_, reading_.end));
  }

 private:
  Result<void> skip_to(std::int64_t offset) {
    for (; next_ < offset; next_++) {
      if (next_ >= model_.end()) return wrong(fmt::format("offset {} was never written", next_));
      if (!model_.may_be_removed(next_)) return wrong(fmt::format("offset {} is missing", next_));
    }
    return {};
  }

  Result<void> compare(const RecordView& record) const {
    const std::int64_t offset = record.offset.value;
    if (offset != next_) return wrong(fmt::format("offset {} is there again", offset));
    if (offset >= model_.end()) return wrong(fmt::format("offset {} was never written", offset));
    const Event& event = model_.at(offset);
    if (record.key != event.key || record.value != event.value ||
        record.timestamp.ms != event.time_ms) {
      return wrong(fmt::format("offset {} has another event", offset));
    }
    if (!model_.is_removed(offset)) return {};
    return wrong(fmt::format("offset {} is there, though compaction ended without it", offset));
  }

  const LogModel& model_;
  Reading& reading_;
  std::int64_t next_;
  std::int64_t batch_end_ = 0;
  bool is_first_ = true;
};

}  // namespace

std::int64_t LogModel::end() const {
  if (cut == no_offset) return known->attempted_end;
  return cut + static_cast<std::int64_t>(added.size());
}

const Event& LogModel::at(std::int64_t offset) const {
  if (offset >= cut) return added[static_cast<std::size_t>(offset - cut)];
  return recording->log[static_cast<std::size_t>(offset)];
}

bool LogModel::is_removed_by(std::int64_t offset, bool counts_unfinished) const {
  if (offset >= cut) return false;
  const std::int64_t next = recording->next_of_key[static_cast<std::size_t>(offset)];
  const bool is_tombstone = !at(offset).value;
  bool is_stamped = false;
  for (const Compacted& compaction : known->compactions) {
    if (offset >= compaction.end || (!counts_unfinished && !compaction.is_done)) continue;
    if (next < compaction.end || (is_tombstone && is_stamped)) return true;
    is_stamped = true;
  }
  return false;
}

bool LogModel::may_be_removed(std::int64_t offset) const { return is_removed_by(offset, true); }
bool LogModel::is_removed(std::int64_t offset) const { return is_removed_by(offset, false); }

Result<Reading> read_and_compare(io::System& system, const LogModel& model, log::Extent extent) {
  const topic::Topic orders = TRY(topic::Topic::open(system, root_name, topic_name));
  const io::Directory directory = TRY(orders.open_partition(0));
  log::PartitionReader reader =
      TRY(log::PartitionReader::open(directory, log::Layout::estream, std::nullopt, extent));
  Reading reading = {reader.log_start_offset().value, reader.end_offset().value, reader.epoch()};
  Comparison comparison(model, reading);
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = TRY(reader.peek());
    if (!header) break;
    TRY(reader.read(bytes));
    const auto records = TRY(decoder.decode(*header, bytes));
    TRY(comparison.take(*header, records));
  }
  TRY(comparison.finish());
  return reading;
}

}  // namespace estream::prove::crash
