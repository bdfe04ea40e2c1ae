#include "log/maintenance/key_round.h"

#include <string>

#include "log/maintenance/batch_walk.h"

namespace estream::log {

namespace {

class KeyCollector {
 public:
  KeyCollector(const io::Directory& directory, const KeyCompaction& options, Offset from,
               KeyRound& round)
      : directory_(directory), options_(options), from_(from), round_(round) {}

  bool is_full() const { return is_full_; }

  Result<void> visit(const BatchHeader& header, Bytes bytes) {
    if (is_full_ || header.last_offset() < from_ || header.is_control) return {};
    const auto records = decoder_.decode(header, bytes);
    if (!records) return in_batch(records.error(), directory_, header);
    for (const RecordView& record : *records) {
      if (record.offset < from_) continue;
      if (!record.key && options_.null_keys == NullKeys::refuse) return no_key(record);
      if (record.key && !round_.keys.put(*record.key, record.offset)) {
        round_.end = record.offset;
        is_full_ = true;
        return {};
      }
    }
    round_.end = header.next_offset();
    return {};
  }

 private:
  Error no_key(const RecordView& record) const {
    return {Error::Code::data, directory_.name() + ": the event at offset " +
                                   std::to_string(record.offset.value) +
                                   " has no key; say what becomes of such events with "
                                   "--null-keys=drop or --null-keys=keep"};
  }

  const io::Directory& directory_;
  const KeyCompaction& options_;
  Offset from_;
  KeyRound& round_;
  bool is_full_ = false;
  BatchDecoder decoder_;
};

// A tombstone whose time is over is removed, whatever comes after it. If an earlier round of this
// run set the time, the tombstone stays until the next run, even if the time is 0.
bool is_expired(const BatchHeader& batch, const RecordView& record, const KeyCompaction& options) {
  const std::int64_t marked_now = options.now.ms + options.keep_tombstones_ms;
  const bool is_over = options.now >= batch.base_timestamp && batch.base_timestamp.ms != marked_now;
  return batch.has_delete_horizon && is_over && is_tombstone(record);
}

class RemovalCounter {
 public:
  RemovalCounter(KeyRound& round, const KeyCompaction& options)
      : round_(round), options_(options), judge_(round, options) {}

  Result<void> visit(const io::Directory& directory, const BatchHeader& header, Bytes bytes) {
    if (header.base_offset >= round_.end || header.is_control) return {};
    const auto records = decoder_.decode(header, bytes);
    if (!records) return in_batch(records.error(), directory, header);
    for (const RecordView& record : *records) look_at(header, record);
    return {};
  }

  // The rounds before left one record of each marked key.
  Removal removal() const { return {own_ + round_.keys.count_marks(), is_overdue_}; }

 private:
  void look_at(const BatchHeader& header, const RecordView& record) {
    is_overdue_ = is_overdue_ || is_overdue(header, record);
    if (record.offset >= round_.begin) {
      if (judge_.judge(header, record) == Fate::goes) own_++;
    } else if (record.key) {
      round_.keys.mark(*record.key, !is_expired(header, record, options_));
    }
  }

  bool is_overdue(const BatchHeader& header, const RecordView& record) const {
    if (judge_.judge(header, record) == Fate::goes) {
      const bool is_old =
          options_.max_lag_ms && options_.now.ms - record.timestamp.ms >= *options_.max_lag_ms;
      return is_old || is_expired(header, record, options_);
    }
    return is_tombstone(record) && !header.has_delete_horizon &&
           options_.now.ms - record.timestamp.ms >= options_.keep_tombstones_ms;
  }

  KeyRound& round_;
  const KeyCompaction& options_;
  KeyJudge judge_;
  bool is_overdue_ = false;
  std::int64_t own_ = 0;  // Of the round's own part.
  BatchDecoder decoder_;
};

}  // namespace

Fate KeyJudge::judge(const BatchHeader& batch, const RecordView& record) const {
  if (record.offset >= round_.end) return Fate::stays;
  if (!record.key) {
    return options_.null_keys == NullKeys::drop ? Fate::goes : Fate::stays;
  }
  const auto last = round_.keys.find(*record.key);
  if (last && record.offset < *last) return Fate::goes;
  return is_expired(batch, record, options_) ? Fate::goes : Fate::stays;
}

Result<KeyRound> collect_keys(const io::Directory& directory,
                              std::span<const SegmentSummary> sealed, Offset from,
                              const KeyCompaction& options) {
  io::System& system = directory.system();
  const HashSecret secret = {system.random(), system.random()};
  KeyRound round = {KeyMap(options.key_map_bytes_max, secret), from, from};
  KeyCollector collector(directory, options, from, round);
  for (const SegmentSummary& segment : sealed) {
    if (segment.end <= from || collector.is_full()) continue;
    TRY(visit_batches(directory, segment, [&](const BatchHeader& header, Bytes bytes) {
      return collector.visit(header, bytes);
    }));
  }
  return round;
}

Result<Removal> count_removed(const io::Directory& directory,
                              std::span<const SegmentSummary> sealed, KeyRound& round,
                              const KeyCompaction& options) {
  RemovalCounter counter(round, options);
  for (const SegmentSummary& segment : sealed) {
    if (segment.base >= round.end) break;
    TRY(visit_batches(directory, segment, [&](const BatchHeader& header, Bytes bytes) {
      return counter.visit(directory, header, bytes);
    }));
  }
  return counter.removal();
}

}  // namespace estream::log
