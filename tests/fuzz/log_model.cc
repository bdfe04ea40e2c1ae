#include "fuzz/log_model.h"

#include <algorithm>
#include <set>

#include "fuzz/fuzz.h"

namespace estream::fuzz {

void LogModel::append(const std::vector<OwnedRecord>& records) {
  records_.insert(records_.end(), records.begin(), records.end());
  end_ += static_cast<std::int64_t>(records.size());
}

void LogModel::adopt(const std::vector<OwnedRecord>& seen, Excuses excuses) {
  if (!perhaps_.empty()) {
    const bool is_there = !seen.empty() && seen.back().offset >= perhaps_.front().offset;
    if (is_there) append(perhaps_);
    perhaps_.clear();
  }
  const std::int64_t first = seen.empty() ? INT64_MAX : seen.front().offset;
  const std::int64_t last = seen.empty() ? -1 : seen.back().offset;
  std::vector<OwnedRecord> known = records_;
  std::set<std::int64_t> returning;
  if (excuses.power_loss) {
    for (const OwnedRecord& record : may_return_) returning.insert(record.offset);
    known.insert(known.end(), may_return_.begin(), may_return_.end());
    std::ranges::sort(known, {}, &OwnedRecord::offset);
    may_return_.clear();
  }
  std::set<std::string> keys_behind;  // Of what was seen behind the record that is looked at.
  auto next = seen.rbegin();
  for (auto record = known.rbegin(); record != known.rend(); record++) {
    if (next != seen.rend() && next->offset == record->offset) {
      PROPERTY(*next == *record);
      if (next->key) keys_behind.insert(*next->key);
      next++;
      continue;
    }
    const bool is_lost =
        excuses.power_loss && record->offset > last && record->offset >= durable_end_;
    const bool is_compacted =
        excuses.compaction && record->key && keys_behind.contains(*record->key);
    const bool is_retained = excuses.retention && record->offset < first;
    PROPERTY(is_lost || is_compacted || is_retained || returning.contains(record->offset));
    if (excuses.is_unfinished) may_return_.push_back(*record);
  }
  // Nothing was seen that nobody wrote.
  PROPERTY(next == seen.rend());
  records_ = seen;
  if (excuses.power_loss) end_ = std::max(durable_end_, last + 1);
  published_end_ = std::min(published_end_, end_);
}

std::vector<OwnedRecord> LogModel::between(std::int64_t offset, std::int64_t end) const {
  std::vector<OwnedRecord> part;
  for (const OwnedRecord& record : records_) {
    if (record.offset >= offset && record.offset < end) part.push_back(record);
  }
  return part;
}

}  // namespace estream::fuzz
