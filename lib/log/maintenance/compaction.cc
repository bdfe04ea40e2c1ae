#include "log/maintenance/compaction.h"

#include <string>

#include "log/maintenance/batch_walk.h"
#include "log/maintenance/key_map.h"

namespace estream::log {

namespace {

// The last offsets of the keys in a part of the log.
struct KeyRound {
  KeyMap keys;
  Offset end;  // Where the part ends: the first offset that had no room, or the log's end.
};

class KeyJudge : public RecordJudge {
 public:
  KeyJudge(const KeyRound& round, const KeyCompaction& options)
      : round_(round), options_(options) {}

  Fate judge(const BatchHeader& batch, const RecordView& record) const override {
    if (record.offset >= round_.end) return Fate::stays;
    if (!record.key) {
      return options_.null_keys == NullKeys::drop ? Fate::goes : Fate::stays;
    }
    const auto last = round_.keys.find(*record.key);
    if (last && record.offset < *last) return Fate::goes;
    const bool is_over = batch.has_delete_horizon && options_.now >= batch.base_timestamp;
    return is_tombstone(record) && is_over ? Fate::goes : Fate::stays;
  }

 private:
  const KeyRound& round_;
  const KeyCompaction& options_;
};

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

Result<KeyRound> collect_keys(const io::Directory& directory,
                              std::span<const SegmentSummary> sealed, Offset from,
                              const KeyCompaction& options) {
  io::System& system = directory.system();
  const HashSecret secret = {system.random(), system.random()};
  KeyRound round = {KeyMap(options.key_map_bytes_max, secret), from};
  KeyCollector collector(directory, options, from, round);
  for (const SegmentSummary& segment : sealed) {
    if (segment.end <= from || collector.is_full()) continue;
    TRY(visit_batches(directory, segment, [&](const BatchHeader& header, Bytes bytes) {
      return collector.visit(header, bytes);
    }));
  }
  return round;
}

class Compaction {
 public:
  Compaction(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
             const KeyCompaction& options, Effect effect)
      : maintenance_(maintenance), options_(options), effect_(effect) {
    report_.sealed.assign(sealed.begin(), sealed.end());
  }

  Result<RewriteReport> run() {
    const Offset end = report_.sealed.back().end;
    for (Offset from = report_.sealed.front().base; from < end;) {
      const KeyRound round =
          TRY(collect_keys(maintenance_.directory(), report_.sealed, from, options_));
      const bool is_first = from == report_.sealed.front().base;
      const bool goes_on = TRY(rewrite(round, is_first));
      if (!goes_on) break;
      from = round.end;
      if (effect_ == Effect::preview && from < end) {
        report_.is_lower_bound = true;
        break;
      }
    }
    return std::move(report_);
  }

 private:
  Result<bool> rewrite(const KeyRound& round, bool is_first) {
    const KeyJudge judge(round, options_);
    const RewriteRules rules = {&judge, Timestamp{options_.now.ms + options_.keep_tombstones_ms},
                                options_.zstd_level};
    const std::vector<SegmentSummary> sealed = std::exchange(report_.sealed, {});
    const Survey survey = TRY(take_survey(maintenance_.directory(), sealed, rules));
    const double least = options_.min_dirty * static_cast<double>(survey.record_count);
    if (is_first && static_cast<double>(survey.removed_records) < least) {
      report_.sealed = sealed;
      return false;
    }
    // In the order of the log: a tombstone may go only when what it deletes is gone for good.
    std::size_t index = 0;
    for (const SegmentGroup group : plan_groups(sealed, options_.segment_bytes)) {
      bool has_changes = options_.zstd_level.has_value();
      for (std::size_t i = 0; i < group.size(); i++) has_changes |= survey.has_changes[index++];
      if (has_changes) {
        TRY(rewrite_group(maintenance_, group, rules, survey.producer_ends, effect_, report_));
      } else {
        report_.sealed.insert(report_.sealed.end(), group.begin(), group.end());
      }
    }
    return true;
  }

  Maintenance& maintenance_;
  const KeyCompaction& options_;
  Effect effect_;
  RewriteReport report_;
};

}  // namespace

std::vector<SegmentGroup> plan_groups(std::span<const SegmentSummary> sealed,
                                      std::int64_t segment_bytes) {
  std::vector<SegmentGroup> groups;
  for (std::size_t begin = 0; begin < sealed.size();) {
    std::uint64_t bytes = sealed[begin].bytes;
    std::size_t end = begin + 1;
    for (; end < sealed.size(); end++) {
      bytes += sealed[end].bytes;
      if (bytes > static_cast<std::uint64_t>(segment_bytes)) break;
      // Both indexes count offsets from the segment's base in 31 bits.
      if (sealed[end].end - sealed[begin].base > INT32_MAX) break;
    }
    groups.push_back(sealed.subspan(begin, end - begin));
    begin = end;
  }
  return groups;
}

Result<RewriteReport> compact_keys(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                                   const KeyCompaction& options, Effect effect) {
  if (sealed.empty()) return RewriteReport{};
  return Compaction(maintenance, sealed, options, effect).run();
}

}  // namespace estream::log
