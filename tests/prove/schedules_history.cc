#include "prove/schedules_history.h"

#include <fmt/format.h>

#include <algorithm>

namespace estream::prove::interleave {

namespace {

// Values may be padded to make batches large.
std::string shown(const std::string& value) { return value.substr(0, value.find('.')); }

}  // namespace

void History::complain(const std::string& what) {
  if (complaints_.size() < 5) complaints_.push_back(what);
}

void History::attempt(int process, const Event& event) {
  const auto number = static_cast<std::int64_t>(attempts_.size());
  attempts_[event.value] = {process, number, event.key};
}

void History::acknowledge(std::int64_t offset, const std::string& value) {
  const auto [place, is_new] = acknowledged_.emplace(offset, value);
  if (!is_new) {
    complain(fmt::format("offset {} was given to {} and to {}", offset, shown(place->second),
                         shown(value)));
  }
  known_end_ = std::max(known_end_, offset + 1);
}

std::int64_t History::count_attempted(const IsCounted& is_counted) const {
  return std::ranges::count_if(attempts_,
                               [&](const auto& attempt) { return is_counted(attempt.first); });
}

std::int64_t History::count_acknowledged(const IsCounted& is_counted) const {
  return std::ranges::count_if(acknowledged_,
                               [&](const auto& one) { return is_counted(one.second); });
}

void History::see(const std::string& who, std::int64_t offset, const Event& event) {
  const auto attempt = attempts_.find(event.value);
  if (attempt == attempts_.end() || attempt->second.key != event.key) {
    return complain(fmt::format("{} read at offset {} what nobody appended: {}", who, offset,
                                shown(event.value)));
  }
  const auto [place, is_new] = seen_.emplace(offset, event.value);
  if (!is_new && place->second != event.value) {
    complain(fmt::format("{} read {} at offset {}, where another read was {}", who,
                         shown(event.value), offset, shown(place->second)));
  }
  known_end_ = std::max(known_end_, offset + 1);
}

bool History::may_be_gone(std::int64_t offset, const std::string& key, const FinalLog& log) const {
  if (offset < log.start) return true;
  if (!rules_.may_compact) return false;
  const auto after = log.records.upper_bound(offset);
  return std::any_of(after, log.records.end(),
                     [&](const auto& record) { return record.second.key == key; });
}

void History::judge_promise(const char* promise, std::int64_t offset, const std::string& value,
                            const FinalLog& log) {
  const auto found = log.records.find(offset);
  if (found == log.records.end()) {
    const auto attempt = attempts_.find(value);
    const std::string key = attempt == attempts_.end() ? "" : attempt->second.key;
    if (may_be_gone(offset, key, log)) return;
    return complain(fmt::format("{}: {} was {} at offset {}, and is lost", log.when, shown(value),
                                promise, offset));
  }
  if (found->second.value == value) return;
  complain(fmt::format("{}: {} was {} at offset {}, and there is {} instead", log.when,
                       shown(value), promise, offset, shown(found->second.value)));
}

// Each is one that was offered, with its key, once, and in the order in which its process offered
// it.
void History::judge_records(const FinalLog& log) {
  std::map<int, std::int64_t> last_numbers;
  std::int64_t expected = log.start;
  for (const auto& [offset, event] : log.records) {
    if (!rules_.may_compact && offset != expected) {
      complain(fmt::format("{}: offsets {} to {} are missing", log.when, expected, offset - 1));
    }
    expected = offset + 1;
    const auto found = attempts_.find(event.value);
    if (found == attempts_.end() || found->second.key != event.key) {
      complain(fmt::format("{}: at offset {} is what nobody appended: {}", log.when, offset,
                           shown(event.value)));
      continue;
    }
    const auto& [process, number, key] = found->second;
    const auto [last, is_first] = last_numbers.emplace(process, number);
    if (!is_first && number <= last->second) {
      complain(fmt::format("{}: {} at offset {} stands twice or behind a later one", log.when,
                           shown(event.value), offset));
    }
    last->second = number;
  }
  const bool is_whole = rules_.may_compact ? expected <= log.end : expected == log.end;
  if (!is_whole) {
    complain(fmt::format("{}: the records end before offset {} and the log at {}", log.when,
                         expected, log.end));
  }
}

void History::judge_reading(const Reading& reading, const FinalLog& log) {
  std::int64_t missing = 0;
  for (std::int64_t offset = reading.start; offset < reading.end; offset++) {
    if (reading.offsets.contains(offset)) continue;
    missing++;
    const auto known = log.records.find(offset);
    const auto told = acknowledged_.find(offset);
    const auto seen = seen_.find(offset);
    std::string key;
    if (known != log.records.end()) {
      key = known->second.key;
    } else if (told != acknowledged_.end()) {
      key = attempts_[told->second].key;
    } else if (seen != seen_.end()) {
      key = attempts_[seen->second].key;
    }
    if (may_be_gone(offset, key, log)) continue;
    complain(fmt::format("{} read from {} to {} and was not given offset {}", reading.who,
                         reading.start, reading.end, offset));
  }
  if (rules_.may_compact || missing == reading.skipped) return;
  complain(fmt::format("{} was not given {} offsets, and told that {} are deleted", reading.who,
                       missing, reading.skipped));
}

void History::judge(const FinalLog& log) {
  if (log.start > rules_.deleted_max) {
    complain(fmt::format("{}: the log begins at {}", log.when, log.start));
  }
  judge_records(log);
  for (const auto& [offset, value] : acknowledged_) {
    judge_promise("acknowledged", offset, value, log);
  }
  for (const auto& [offset, value] : seen_) judge_promise("read", offset, value, log);
  for (const Reading& reading : readings_) judge_reading(reading, log);
}

}  // namespace estream::prove::interleave
