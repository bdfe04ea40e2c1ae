#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rfc3339.h"
#include "window/task.h"

namespace estream::window {

// An event for a test. Its number is what `.x` is for the aggregates; the conditions are bits.
struct SomeEvent {
  std::int64_t time = 0;
  std::string key;
  std::uint64_t conditions = 0;
  std::optional<std::string> value = "1";
  std::int64_t number = 1;
  std::uint32_t source = 0;
  std::int64_t offset = -1;  // The next one of its source.
};

// The events of each partition; where they are in it are their offsets.
using SomeLogs = std::vector<std::vector<SomeEvent>>;

// A clock that is raised before the event at that offset.
using SomeMarks = std::vector<IdleMark>;

inline std::string test_time(std::int64_t ms) { return rfc3339(ms, Zone::utc); }

// Notes what a task says as lines of text.
class NotedResults : public Results {
 public:
  Result<void> put(const WindowResult& result) override {
    constexpr std::array names = {"update", "final", "removed", "back"};
    const auto kind = static_cast<std::size_t>(result.kind);
    lines.push_back(std::string(names[kind]) + " " + std::to_string(result.from.ms) + " " +
                    std::to_string(result.to.ms) + " " + std::to_string(result.timestamp.ms) + " " +
                    std::string(result.line));
    return {};
  }
  Result<void> pass(std::uint32_t source, const RecordView& record) override {
    lines.push_back("pass " + std::to_string(source) + ":" + std::to_string(record.offset.value));
    return {};
  }
  Result<void> late(std::uint32_t source, const RecordView& record) override {
    late_ones.push_back(std::to_string(source) + ":" + std::to_string(record.offset.value));
    return {};
  }

  std::vector<std::string> lines;
  std::vector<std::string> late_ones;
};

// A task with everything around it.
class TaskRig {
 public:
  explicit TaskRig(const Settings& settings, std::string_view aggregates = "")
      : next_offsets_(settings.sources, 0) {
    if (!aggregates.empty()) {
      auto parsed = Aggregation::parse(aggregates, plan_);
      REQUIRE(parsed.has_value());
      aggregation_ = *std::move(parsed);
    }
    task_ = Task::make(settings, aggregation_, results_);
  }

  Result<void> try_put(SomeEvent event) {
    std::int64_t& next = next_offsets_[event.source];
    if (event.offset < 0) event.offset = next;
    next = event.offset + 1;
    const std::string number = std::to_string(event.number);
    const Argument argument{Argument::Kind::number, Quantity(event.number), number};
    const std::vector<Argument> arguments(plan_.entries.size(), argument);
    Row row;
    row.source = event.source;
    row.offset = {event.offset};
    row.time = {event.time};
    if (!event.key.empty()) {
      row.key = {GroupKey::Kind::text, event.key, std::hash<std::string>()(event.key)};
    }
    row.conditions = event.conditions;
    row.arguments = arguments;
    row.record.offset = row.offset;
    row.record.timestamp = row.time;
    row.record.value = event.value;
    return task_->put(row);
  }
  void put(SomeEvent event) {
    const auto outcome = try_put(std::move(event));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().message);
  }
  bool raise(std::int64_t time, std::uint32_t source = 0) {
    const auto outcome = task_->advance({source, {next_offsets_[source]}, {time}});
    REQUIRE(outcome.has_value());
    return *outcome;
  }
  void end() { REQUIRE(task_->end().has_value()); }

  const std::vector<std::string>& lines() const { return results_.lines; }
  // Those since the last call.
  std::vector<std::string> take_lines() { return std::exchange(results_.lines, {}); }
  // In an order that does not depend on how partitions were interleaved.
  std::vector<std::string> sorted_late() const {
    auto late = results_.late_ones;
    std::ranges::sort(late);
    return late;
  }

  // Puts the next event of the partition, and raises the clocks that have to be raised before it.
  void put_next(const SomeLogs& logs, const SomeMarks& marks, std::uint32_t source) {
    const std::int64_t offset = next_offsets_[source];
    for (const IdleMark& mark : marks) {
      if (mark.source == source && mark.offset.value == offset) raise(mark.time.ms, source);
    }
    SomeEvent event = logs[source][static_cast<std::size_t>(offset)];
    event.source = source;
    put(std::move(event));
  }
  std::int64_t next_offset(std::uint32_t source) const { return next_offsets_[source]; }
  void seek(std::uint32_t source, std::int64_t offset) { next_offsets_[source] = offset; }

  Task& task() { return *task_; }

 private:
  ArgumentPlan plan_;
  Aggregation aggregation_;
  NotedResults results_;
  std::vector<std::int64_t> next_offsets_;
  std::unique_ptr<Task> task_;  // Ends first.
};

// A random order in which the partitions are read: their numbers.
inline std::vector<std::uint32_t> random_order(const SomeLogs& logs, std::mt19937_64& random) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t source = 0; source < logs.size(); source++) {
    order.insert(order.end(), logs[source].size(), source);
  }
  std::ranges::shuffle(order, random);
  return order;
}

inline std::int64_t random_below(std::mt19937_64& random, std::int64_t end) {
  return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random);
}

// Times go up, with some disorder.
inline SomeLogs random_logs(std::mt19937_64& random, std::size_t sources, std::size_t events,
                            std::int64_t disorder, const std::vector<std::string>& keys) {
  SomeLogs logs(sources);
  for (auto& log : logs) {
    std::int64_t time = 1000;
    for (std::size_t i = 0; i < events; i++) {
      time += random_below(random, 4) == 0 ? random_below(random, 15) : random_below(random, 3);
      SomeEvent event;
      event.time = time - random_below(random, disorder + 1);
      event.key = keys[static_cast<std::size_t>(random_below(random, std::ssize(keys)))];
      event.conditions = static_cast<std::uint64_t>(random_below(random, 8));
      event.number = random_below(random, 100);
      event.value = std::to_string(random_below(random, 1000));
      log.push_back(event);
    }
  }
  return logs;
}

inline SomeMarks random_marks(const SomeLogs& logs, std::mt19937_64& random) {
  SomeMarks marks;
  for (std::uint32_t source = 0; source < logs.size(); source++) {
    const std::int64_t at = random_below(random, std::ssize(logs[source]));
    const std::int64_t time = logs[source][static_cast<std::size_t>(at)].time;
    marks.push_back({source, {at}, {time - 5 + random_below(random, 20)}});
  }
  return marks;
}

// What a sorted task accepts, in the order in which it is applied; and what it does not.
struct Accepted {
  std::vector<SomeEvent> events;
  std::vector<std::string> late;  // As all_lines() names them.
};

inline Accepted accepted_sorted(const Settings& settings, const SomeLogs& logs,
                                const SomeMarks& marks) {
  Accepted accepted;
  for (std::uint32_t source = 0; source < logs.size(); source++) {
    std::int64_t clock = -1;
    for (std::int64_t offset = 0; offset < std::ssize(logs[source]); offset++) {
      for (const IdleMark& mark : marks) {
        const bool is_here = mark.source == source && mark.offset.value == offset;
        if (is_here) clock = std::max(clock, mark.time.ms);
      }
      SomeEvent event = logs[source][static_cast<std::size_t>(offset)];
      event.source = source;
      event.offset = offset;
      clock = std::max(clock, event.time);
      if (event.time < clock - settings.grace_ms) {
        accepted.late.push_back("late " + std::to_string(source) + ":" + std::to_string(offset));
      } else {
        accepted.events.push_back(event);
      }
    }
  }
  std::ranges::sort(accepted.late);
  std::ranges::stable_sort(accepted.events, {}, [](const SomeEvent& event) {
    return std::pair(event.time, event.source);
  });
  return accepted;
}

// All lines of a run from the beginning to the end.
inline std::vector<std::string> all_lines(const Settings& settings, std::string_view aggregates,
                                          const SomeLogs& logs, const SomeMarks& marks,
                                          const std::vector<std::uint32_t>& order) {
  TaskRig rig(settings, aggregates);
  for (const std::uint32_t source : order) rig.put_next(logs, marks, source);
  rig.end();
  auto lines = rig.take_lines();
  for (const std::string& late : rig.sorted_late()) lines.push_back("late " + late);
  return lines;
}

// Saves a task after a random part of a run and goes on with what was loaded: the lines are those
// of one run.
inline void check_checkpoint(const Settings& settings, std::string_view aggregates,
                             const SomeLogs& logs, const SomeMarks& marks,
                             std::mt19937_64& random) {
  const auto order = random_order(logs, random);
  TaskRig whole(settings, aggregates);
  for (const std::uint32_t source : order) whole.put_next(logs, marks, source);
  whole.end();

  const auto cut = static_cast<std::size_t>(random_below(random, std::ssize(order) + 1));
  TaskRig first(settings, aggregates);
  TaskRig second(settings, aggregates);
  for (std::size_t i = 0; i < cut; i++) first.put_next(logs, marks, order[i]);
  std::string state;
  first.task().save(state);
  REQUIRE(second.task().load(state));
  CHECK(second.task().counts().open == first.task().counts().open);
  std::string again;
  second.task().save(again);
  CHECK(again == state);
  for (std::uint32_t source = 0; source < logs.size(); source++) {
    second.seek(source, first.next_offset(source));
  }
  for (std::size_t i = cut; i < order.size(); i++) second.put_next(logs, marks, order[i]);
  second.end();

  auto lines = first.take_lines();
  for (std::string& line : second.take_lines()) lines.push_back(std::move(line));
  CHECK(lines == whole.lines());
}

// The same without a checkpoint: from the restart points, silently up to where the first task was.
inline void check_restart(const Settings& settings, std::string_view aggregates,
                          const SomeLogs& logs, const SomeMarks& marks, std::mt19937_64& random) {
  const auto order = random_order(logs, random);
  const auto cut = static_cast<std::size_t>(random_below(random, std::ssize(order) + 1));
  TaskRig whole(settings, aggregates);
  for (std::size_t i = 0; i < cut; i++) whole.put_next(logs, marks, order[i]);
  whole.take_lines();

  TaskRig again(settings, aggregates);
  std::vector<std::uint32_t> silent;
  for (std::uint32_t source = 0; source < logs.size(); source++) {
    const std::int64_t next = whole.next_offset(source);
    const RestartPoint point = whole.task().restart_point(source, {next});
    again.task().restart(source, point.clock);
    again.seek(source, point.offset.value);
    silent.insert(silent.end(), static_cast<std::size_t>(next - point.offset.value), source);
  }
  std::ranges::shuffle(silent, random);
  for (const std::uint32_t source : silent) again.put_next(logs, marks, source);
  again.take_lines();
  for (std::size_t i = cut; i < order.size(); i++) {
    whole.put_next(logs, marks, order[i]);
    again.put_next(logs, marks, order[i]);
  }
  whole.end();
  again.end();
  CHECK(again.lines() == whole.lines());
}

}  // namespace estream::window
