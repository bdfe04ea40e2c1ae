#include <doctest/doctest.h>

#include <map>
#include <set>

#include "support/events_in_order.h"
#include "support/seed.h"
#include "support/window_log.h"
#include "support/window_model.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static constexpr int rounds = 500;

static std::string described(const Settings& settings, const WindowLog& log,
                             const std::vector<LogStep>& steps) {
  std::string text =
      "op " + std::to_string(static_cast<int>(settings.op)) + " size " +
      std::to_string(settings.size_ms) + " step " + std::to_string(settings.step_ms) + " grace " +
      std::to_string(settings.grace_ms) + " max " + std::to_string(settings.max_ms.value_or(-1)) +
      " future " + std::to_string(settings.max_future_ms.value_or(-1)) + " sorted " +
      std::to_string(settings.is_sorted) + " emit " +
      std::to_string(static_cast<int>(settings.emit)) + ":";
  struct Sink {
    std::string& text;
    void mark(std::uint32_t source, std::int64_t offset, std::int64_t ms) {
      text += " mark(" + std::to_string(source) + "," + std::to_string(offset) + "," +
              std::to_string(ms) + ")";
    }
    void put(const TestEvent& event) {
      text += " " + event.id() + "=" + std::to_string(event.ms) + event.key;
    }
  } sink{text};
  LogReader reader(log);
  for (const LogStep& step : steps) reader.take(step, sink);
  return text;
}

static const std::vector windows = {Operator::tumble, Operator::hop, Operator::session};
static const std::vector restartable = {Operator::tumble, Operator::hop, Operator::session,
                                        Operator::trailing};

// Calls test(random, settings, log) many times for each of the operators.
template <class Test>
static void for_random_logs(const std::vector<Operator>& operators, std::int64_t events_max,
                            Test test) {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  for (const Operator op : operators) {
    for (int round = 0; round < rounds; round++) {
      const Settings settings = random.settings(op);
      test(random, settings, random.log(settings, events_max));
    }
  }
}

TEST_CASE("a task says what the rules say, step by step") {
  for_random_logs(windows, 25,
                  [](RandomWindowLogs& random, const Settings& settings, const WindowLog& log) {
                    const auto steps = random.interleaved(log);
                    CAPTURE(described(settings, log, steps));
                    TestTask task(settings);
                    WindowModel model(settings);
                    LogReader reader(log);
                    LogReader model_reader(log);
                    for (const LogStep& step : steps) {
                      reader.take(step, task);
                      model_reader.take(step, model);
                      REQUIRE(task.results().lines == model.lines);
                      REQUIRE(task.results().lates == model.lates);
                    }
                    task.end();
                    model.end();
                    REQUIRE(task.results().lines == model.lines);
                    REQUIRE(task.results().lates == model.lates);

                    std::int64_t input = 0;
                    for (const auto& events : log.events) input += std::ssize(events);
                    const TaskCounts& counts = task.task().counts();
                    CHECK(counts.late == std::ssize(model.lates));
                    CHECK(counts.accepted + counts.skipped + counts.late == input);
                    CHECK(counts.results == std::ssize(model.lines));
                    CHECK(counts.open == 0);
                  });
}

TEST_CASE("the output does not depend on how partitions are interleaved") {
  for_random_logs(all_operators, 60,
                  [](RandomWindowLogs& random, Settings settings, const WindowLog& log) {
                    if (settings.is_sorted && random.is(0.5)) settings.emit = Emit::update;
                    const auto steps = random.interleaved(log);
                    const auto others = random.interleaved(log);
                    CAPTURE(described(settings, log, steps));
                    REQUIRE(output_of(settings, log, steps) == output_of(settings, log, others));
                  });
}

TEST_CASE("tumbling windows are hopping windows with a step of their size") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  for (int round = 0; round < rounds; round++) {
    Settings settings = random.settings(Operator::tumble);
    if (random.is(0.5)) settings.emit = Emit::update;
    const WindowLog log = random.log(settings, 60);
    const auto steps = random.interleaved(log);
    const Lines tumbled = output_of(settings, log, steps);
    settings.op = Operator::hop;
    settings.step_ms = settings.size_ms;
    REQUIRE(output_of(settings, log, steps) == tumbled);
  }
}

// Where a log was cut: the steps that were taken, and where each partition has to be read again.
struct Cut {
  std::vector<LogStep> taken;
  std::vector<RestartPoint> restarts;
};

// Feeds what lies between the restart points and the cut, with the marks.
static void replay(RandomWindowLogs& random, const WindowLog& log, const Cut& cut, TestTask& task) {
  WindowLog taken;
  taken.events = log.events;
  taken.steps.resize(log.steps.size());
  for (const LogStep& step : cut.taken) taken.steps[step.source].push_back(step);
  struct Sink {
    const Cut& cut;
    TestTask& task;
    void mark(std::uint32_t source, std::int64_t offset, std::int64_t ms) {
      if (offset >= cut.restarts[source].offset.value) task.mark(source, offset, ms);
    }
    void put(const TestEvent& event) {
      if (event.offset >= cut.restarts[event.source].offset.value) task.put(event);
    }
  } sink{cut, task};
  LogReader reader(taken);
  for (const LogStep& step : random.interleaved(taken)) reader.take(step, sink);
}

TEST_CASE("a restart goes on as though nothing had happened") {
  for_random_logs(
      restartable, 40, [](RandomWindowLogs& random, Settings settings, const WindowLog& log) {
        const bool is_free = settings.is_sorted || settings.sources == 1;
        if (is_free && random.is(0.5)) settings.emit = Emit::update;
        const auto steps = random.interleaved(log);
        CAPTURE(described(settings, log, steps));
        const std::int64_t run_events = random.is(0.6) ? 1 : random.number(2, 9);
        TestTask task(settings, test_aggregation(), run_events);
        LogReader reader(log);
        const auto cut_at = static_cast<std::size_t>(random.number(0, std::ssize(steps)));
        CAPTURE(cut_at);
        Cut cut;
        cut.taken.assign(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(cut_at));
        for (const LogStep& step : cut.taken) reader.take(step, task);
        TestTask restarted(settings, test_aggregation(), run_events);
        for (std::uint32_t source = 0; source < settings.sources; source++) {
          cut.restarts.push_back(task.task().restart_point(source, {reader.offset(source)}));
          restarted.task().restart(source, cut.restarts.back().clock);
        }
        replay(random, log, cut, restarted);
        for (TestTask* one : {&task, &restarted}) {
          one->take_lines();
          one->take_lates();
        }
        LogReader other_reader = reader;
        for (std::size_t i = cut_at; i < steps.size(); i++) {
          reader.take(steps[i], task);
          other_reader.take(steps[i], restarted);
          REQUIRE(restarted.results().lines == task.results().lines);
          REQUIRE(restarted.results().lates == task.results().lates);
          for (std::uint32_t source = 0; source < settings.sources; source++) {
            const Offset next = {reader.offset(source)};
            REQUIRE(restarted.task().clock(source) == task.task().clock(source));
            if (run_events > 1) continue;
            REQUIRE(restarted.task().restart_point(source, next).offset ==
                    task.task().restart_point(source, next).offset);
          }
        }
        task.end();
        restarted.end();
        REQUIRE(restarted.results().lines == task.results().lines);
        REQUIRE(restarted.results().lates == task.results().lates);
      });
}

TEST_CASE("a task that is saved and loaded goes on as it was") {
  for_random_logs(
      all_operators, 40, [](RandomWindowLogs& random, Settings settings, const WindowLog& log) {
        if (random.is(0.5)) settings.emit = Emit::update;
        const auto steps = random.interleaved(log);
        CAPTURE(described(settings, log, steps));
        TestTask task(settings, test_aggregation(), 2);
        TestTask loaded(settings, test_aggregation(), 2);
        LogReader reader(log);
        const auto cut_at = static_cast<std::size_t>(random.number(0, std::ssize(steps)));
        for (std::size_t i = 0; i < cut_at; i++) reader.take(steps[i], task);
        std::string bytes;
        task.task().save(bytes);
        REQUIRE(loaded.task().load(bytes));
        CHECK(loaded.task().counts().open == task.task().counts().open);
        task.take_lines();
        task.take_lates();
        LogReader other_reader = reader;
        for (std::size_t i = cut_at; i <= steps.size(); i++) {
          for (std::uint32_t source = 0; source < settings.sources; source++) {
            const Offset next = {reader.offset(source)};
            const RestartPoint expected = task.task().restart_point(source, next);
            REQUIRE(loaded.task().restart_point(source, next).offset == expected.offset);
            REQUIRE(loaded.task().restart_point(source, next).clock == expected.clock);
          }
          if (i == steps.size()) break;
          reader.take(steps[i], task);
          other_reader.take(steps[i], loaded);
          REQUIRE(loaded.results().lines == task.results().lines);
          REQUIRE(loaded.results().lates == task.results().lates);
        }
        task.end();
        loaded.end();
        REQUIRE(loaded.results().lines == task.results().lines);
      });
}

// The text between the two, which the line must have.
static std::string between(const std::string& line, std::string_view before,
                           std::string_view after) {
  const std::size_t begin = line.find(before) + before.size();
  return line.substr(begin, line.find(after, begin) - begin);
}

TEST_CASE("updates, kept by key and beginning, end with the lines that a close emits") {
  for_random_logs(windows, 40,
                  [](RandomWindowLogs& random, Settings settings, const WindowLog& log) {
                    const auto steps = random.interleaved(log);
                    CAPTURE(described(settings, log, steps));
                    const Lines closed = output_of(settings, log, steps);
                    settings.emit = Emit::update;
                    const Lines updated = output_of(settings, log, steps);
                    std::map<std::pair<std::string, std::string>, std::string> table;
                    Lines finals;
                    // By the rule of Kafka Streams, events that are not late yet may be a session
                    // that begins where one began that is closed.
                    const bool has_table = settings.op != Operator::session || settings.is_sorted;
                    for (std::string line : updated) {
                      const std::string mark = ",\"final\":true}";
                      if (line.ends_with(mark)) {
                        line.replace(line.size() - mark.size(), mark.size(), "}");
                        CHECK(line[0] == 'f');
                        finals.push_back(line);
                      }
                      if (!has_table) continue;
                      const std::pair row = {between(line, "\"key\":\"", "\""),
                                             between(line, "\"from\":\"", "\"")};
                      if (line[0] == 'r') {
                        REQUIRE(table.erase(row) == 1);
                      } else {
                        if (line[0] == 'f') CHECK(table[row] == line.substr(2));
                        table[row] = line.substr(2);
                      }
                    }
                    REQUIRE(finals == closed);
                    if (!has_table) return;
                    std::multiset<std::string> left;
                    for (const auto& [row, line] : table) left.insert(line);
                    std::multiset<std::string> expected;
                    for (const std::string& line : closed) expected.insert(line.substr(2));
                    REQUIRE(left == expected);
                  });
}
