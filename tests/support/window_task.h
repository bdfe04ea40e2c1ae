#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rfc3339.h"
#include "window/event_task.h"

// Events and results of windows, as tests write them.

namespace estream::window {

inline GroupKey text_key(std::string_view text) {
  return {GroupKey::Kind::text, text, std::hash<std::string_view>()(text)};
}

struct TestEvent {
  std::uint32_t source = 0;
  std::int64_t offset = 0;
  std::int64_t ms = 0;
  std::string key = "a";  // Empty: none.
  bool has_value = true;  // For the aggregates.
  std::uint64_t conditions = 0;
  std::optional<std::string> value = {};    // Of the record, if it is not the id.
  bool is_tombstone = false;                // The record has no value.
  std::optional<std::int64_t> number = {};  // For the aggregates, if it is not the id.

  std::string id() const { return std::to_string(source * 1'000'000 + offset); }
  EventOrder order() const { return {{ms}, source, {offset}}; }
};

// Owns what its row shows.
class TestRow {
 public:
  explicit TestRow(const TestEvent& event)
      : key_(event.key),
        value_(event.value.value_or(event.id())),
        number_(event.number ? std::to_string(*event.number) : event.id()) {
    if (event.has_value) {
      argument_.kind = Argument::Kind::number;
      argument_.number = Quantity(std::int64_t{std::stoll(number_)});
      argument_.json = number_;
    }
    row_.source = event.source;
    row_.offset = {event.offset};
    row_.time = {event.ms};
    if (!key_.empty()) row_.key = text_key(key_);
    row_.conditions = event.conditions;
    row_.arguments = {&argument_, 1};
    row_.record = {{event.offset}, {event.ms}, key_, value_, {}};
    if (event.is_tombstone) row_.record.value.reset();
  }
  TestRow(const TestRow&) = delete;
  TestRow& operator=(const TestRow&) = delete;

  const Row& row() const { return row_; }

 private:
  std::string key_;
  std::string value_;
  std::string number_;
  Argument argument_;
  Row row_;
};

struct CollectedResults : Results {
  Result<void> put(const WindowResult& result) override {
    constexpr std::string_view letters = "ufrb";
    lines.push_back(letters[static_cast<std::size_t>(result.kind)] + std::string(" ") +
                    std::string(result.line));
    timestamps.push_back(result.timestamp.ms);
    return {};
  }
  Result<void> pass(std::uint32_t, const RecordView& record) override {
    lines.push_back("p " + std::string(*record.value));
    return {};
  }
  Result<void> late(std::uint32_t, const RecordView& record) override {
    lates.emplace_back(*record.value);
    return {};
  }

  // A letter for the kind, a space and the line.
  std::vector<std::string> lines;
  std::vector<std::int64_t> timestamps;  // Of the lines.
  std::vector<std::string> lates;        // Ids.
};

inline Aggregation parsed_aggregation(std::string_view text) {
  ArgumentPlan plan;
  auto parsed = Aggregation::parse(text, plan);
  REQUIRE(parsed);
  return *std::move(parsed);
}

// The number of events, and their ids in order.
inline const Aggregation& test_aggregation() {
  static const Aggregation aggregation = parsed_aggregation("n=count, ids=list(1000,.id)");
  return aggregation;
}

// A line of test_aggregation() as CollectedResults has it: f is final, u is an update.
inline std::string line_of(std::string_view key, std::int64_t from, std::int64_t to,
                           const std::vector<std::string>& ids, std::int64_t count, char kind = 'f',
                           std::string_view more = "", Zone zone = Zone::utc) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
  return kind + std::string(" {\"key\":\"") + std::string(key) + "\",\"from\":\"" +
         rfc3339(from, zone) + "\",\"to\":\"" + rfc3339(to, zone) +
         "\",\"n\":" + std::to_string(count) + ",\"ids\":[" + list + "]" + std::string(more) + "}";
}
inline std::string line_of(std::string_view key, std::int64_t from, std::int64_t to,
                           const std::vector<std::string>& ids, char kind = 'f',
                           std::string_view more = "", Zone zone = Zone::utc) {
  return line_of(key, from, to, ids, std::ssize(ids), kind, more, zone);
}

// A task with its results.
class TestTask {
 public:
  explicit TestTask(const Settings& settings, const Aggregation& aggregation = test_aggregation(),
                    std::int64_t run_events = Retention::usual_run_events)
      : settings_(settings),
        task_(std::make_unique<EventTask>(settings_, aggregation, results_, run_events)) {}
  TestTask(const TestTask&) = delete;
  TestTask& operator=(const TestTask&) = delete;

  void put(const TestEvent& event) {
    const auto outcome = try_put(event);
    REQUIRE(outcome);
  }
  Result<void> try_put(const TestEvent& event) { return task_->put(TestRow(event).row()); }
  // All of one partition, which get their offsets here.
  void put_all(std::vector<TestEvent> events) {
    for (TestEvent& event : events) {
      event.offset = next_offset_++;
      put(event);
    }
  }
  // Returns whether it changed anything but the clock.
  bool mark(std::uint32_t source, std::int64_t offset, std::int64_t ms) {
    const auto outcome = task_->advance({source, {offset}, {ms}});
    REQUIRE(outcome);
    return *outcome;
  }
  void end() { REQUIRE(task_->end()); }

  Task& task() { return *task_; }
  CollectedResults& results() { return results_; }
  // The lines since the last call.
  std::vector<std::string> take_lines() { return std::exchange(results_.lines, {}); }
  std::vector<std::string> take_lates() { return std::exchange(results_.lates, {}); }

 private:
  Settings settings_;
  CollectedResults results_;
  std::unique_ptr<EventTask> task_;
  std::int64_t next_offset_ = 0;  // Of put_all().
};

}  // namespace estream::window
