#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace estream::prove::interleave {

// A record as somebody offered it. No two have the same value.
struct Event {
  std::string key;
  std::string value;
};

// What one reader saw from where it began up to where it came.
struct Reading {
  std::string who;
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t skipped = 0;  // Offsets that it was told are deleted.
  std::set<std::int64_t> offsets = {};
};

// The whole log at the end.
struct FinalLog {
  std::string when;
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::map<std::int64_t, Event> records;
};

// What was asked of the log and what it answered, as those outside of it know; and the judgement of
// that. Knows nothing about files.
class History {
 public:
  // What the scenario does that may take records away.
  struct Rules {
    bool may_compact = false;
    std::int64_t deleted_max = 0;  // Retention may raise the log start offset up to here.
  };
  explicit History(const Rules& rules) : rules_(rules) {}

  void attempt(int process, const Event& event);
  void acknowledge(std::int64_t offset, const std::string& value);
  // Everything before it was acknowledged or read by somebody.
  std::int64_t known_end() const { return known_end_; }
  // Of how many records, each by its value, this holds.
  using IsCounted = std::function<bool(const std::string& value)>;
  std::int64_t count_attempted(const IsCounted& is_counted) const;
  std::int64_t count_acknowledged(const IsCounted& is_counted) const;
  // A reader was given the record. Its offset was checked to be larger than the one before.
  void see(const std::string& who, std::int64_t offset, const Event& event);
  void finish(Reading reading) { readings_.push_back(std::move(reading)); }
  void complain(const std::string& what);

  // Judges what readers saw, and what the log is at the end.
  void judge(const FinalLog& log);
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Attempt {
    int process = 0;
    std::int64_t number = 0;
    std::string key;
  };

  bool may_be_gone(std::int64_t offset, const std::string& key, const FinalLog& log) const;
  void judge_promise(const char* promise, std::int64_t offset, const std::string& value,
                     const FinalLog& log);
  void judge_records(const FinalLog& log);
  void judge_reading(const Reading& reading, const FinalLog& log);

  Rules rules_;
  std::map<std::string, Attempt> attempts_;           // By value.
  std::map<std::int64_t, std::string> acknowledged_;  // Offset and value.
  std::map<std::int64_t, std::string> seen_;          // By any reader.
  std::vector<Reading> readings_;
  std::int64_t known_end_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace estream::prove::interleave
