#include "window/event_task.h"

#include <doctest/doctest.h>

#include <random>

#include "base/crc32c.h"
#include "base/endian.h"
#include "support/seed.h"
#include "support/window_log.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static Settings tumble_with_future(std::int64_t max_future_ms) {
  Settings settings;
  settings.size_ms = 10;
  settings.max_future_ms = max_future_ms;
  return settings;
}

TEST_CASE("an event too far in the future waits, and is late when the next one is not") {
  TestTask task(tumble_with_future(100));
  task.put({.offset = 0, .ms = 1});
  task.put({.offset = 1, .ms = 101});  // Not beyond 1 + 100.
  CHECK(task.take_lines() == Lines{line_of("a", 0, 10, {"0"})});
  task.put({.offset = 2, .ms = 202});
  CHECK(task.take_lines().empty());
  CHECK(task.task().clock(0) == Timestamp{101});
  CHECK(task.take_lates().empty());
  task.put({.offset = 3, .ms = 201});
  CHECK(task.take_lates() == Lines{"2"});
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 100, 110, {"1"}), line_of("a", 200, 210, {"3"})});
  CHECK(task.task().counts().accepted == 3);
  CHECK(task.task().counts().late == 1);
}

TEST_CASE("after a pause both events count") {
  TestTask task(tumble_with_future(100));
  task.put({.offset = 0, .ms = 1});
  task.put({.offset = 1, .ms = 5000});
  task.put({.offset = 2, .ms = 102});  // Beyond 1 + 100, but late by 5000.
  CHECK(task.take_lines() == Lines{line_of("a", 0, 10, {"0"})});
  CHECK(task.take_lates() == Lines{"2"});
  CHECK(task.task().clock(0) == Timestamp{5000});
  task.put({.offset = 3, .ms = 9000});
  task.put({.offset = 4, .ms = 99000});  // Counts, and is not asked once more.
  CHECK(task.task().clock(0) == Timestamp{99000});
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 5000, 5010, {"1"}), line_of("a", 9000, 9010, {"3"}),
                                   line_of("a", 99000, 99010, {"4"})});
}

TEST_CASE("the first event of a partition is never too far") {
  Settings settings = tumble_with_future(100);
  settings.sources = 2;
  TestTask task(settings);
  task.put({.source = 0, .offset = 0, .ms = 1});
  task.put({.source = 1, .offset = 0, .ms = 100'000});
  CHECK(task.task().clock(1) == Timestamp{100'000});
}

TEST_CASE("without a limit no event is too far") {
  Settings settings = tumble_with_future(0);
  settings.max_future_ms = {};
  TestTask task(settings);
  task.put({.offset = 0, .ms = 1});
  task.put({.offset = 1, .ms = 1'000'000'000'000});
  CHECK(task.task().clock(0) == Timestamp{1'000'000'000'000});
}

TEST_CASE("a mark that has come near counts for an event that waits") {
  TestTask task(tumble_with_future(100));
  task.put({.offset = 0, .ms = 1});
  task.put({.offset = 1, .ms = 500});
  CHECK_FALSE(task.mark(0, 2, 9));
  CHECK(task.mark(0, 2, 399));  // It closes a window.
  CHECK(task.task().clock(0) == Timestamp{399});
  CHECK(task.mark(0, 2, 400));
  CHECK(task.task().clock(0) == Timestamp{500});
  task.put({.offset = 2, .ms = 501});
  CHECK(task.take_lates().empty());
  // Not even a mark behind it makes it late.
  task.put({.offset = 3, .ms = 2000});
  CHECK(task.mark(0, 4, 3000));
  CHECK(task.task().clock(0) == Timestamp{3000});
  CHECK(task.take_lates().empty());
  CHECK(task.take_lines().back() == line_of("a", 2000, 2010, {"3"}));
}

TEST_CASE("a restart begins before an event that waits") {
  TestTask task(tumble_with_future(100), test_aggregation(), 1);
  task.put({.offset = 7, .ms = 1});
  task.mark(0, 8, 10);
  CHECK(task.task().restart_point(0, {8}).offset == Offset{8});
  CHECK(task.task().restart_point(0, {8}).clock == Timestamp{10});
  task.put({.offset = 8, .ms = 500});
  task.mark(0, 9, 20);
  CHECK(task.task().restart_point(0, {9}).offset == Offset{8});
  CHECK(task.task().restart_point(0, {9}).clock == Timestamp{10});
  // The event that says that it was a pause may not be the first of a restart.
  task.put({.offset = 9, .ms = 5000});
  CHECK(task.take_lines().back() == line_of("a", 500, 510, {"8"}));
  CHECK(task.task().restart_point(0, {10}).offset == Offset{8});
}

TEST_CASE("at the end of the input an event that waits counts") {
  Settings settings = tumble_with_future(100);
  settings.sources = 2;
  TestTask task(settings);
  for (const std::uint32_t source : {0U, 1U}) {
    task.put({.source = source, .offset = 0, .ms = 1});
    task.put({.source = source, .offset = 1, .ms = 5000});
  }
  task.end();
  CHECK(task.take_lines() ==
        Lines{line_of("a", 0, 10, {"0", "1000000"}), line_of("a", 5000, 5010, {"1", "1000001"})});
}

TEST_CASE("a sorted task applies events in the order of time, partition and offset") {
  Settings settings;
  settings.op = Operator::session;
  settings.size_ms = 1000;
  settings.grace_ms = 10;
  settings.is_sorted = true;
  settings.sources = 2;
  settings.emit = Emit::update;
  TestTask task(settings);
  task.put({.source = 1, .offset = 0, .ms = 50});
  task.put({.source = 1, .offset = 1, .ms = 45});
  task.put({.source = 1, .offset = 2, .ms = 61});
  CHECK(task.take_lines().empty());
  task.put({.source = 0, .offset = 0, .ms = 50});
  CHECK(task.take_lines().empty());
  task.put({.source = 0, .offset = 1, .ms = 60});  // 45 < 50, but not 50 < 50.
  CHECK(task.take_lines() == Lines{line_of("a", 45, 45, {"1000001"}, 'u')});
  task.put({.source = 0, .offset = 2, .ms = 61});
  CHECK(task.take_lines() == Lines{line_of("a", 45, 50, {"1000001", "0"}, 'u'),
                                   line_of("a", 45, 50, {"1000001", "0", "1000000"}, 'u')});
}

TEST_CASE("a restart knows the clock before its first event") {
  TestTask task(tumble_with_future(100), test_aggregation(), 1);
  task.put({.offset = 0, .ms = 25});
  task.put({.offset = 1, .ms = 29});
  task.put({.offset = 2, .ms = 32});
  RestartPoint point = task.task().restart_point(0, {3});
  CHECK(point.offset == Offset{2});
  CHECK(point.clock == Timestamp{29});
  TestTask restarted(tumble_with_future(100));
  restarted.task().restart(0, point.clock);
  CHECK(restarted.task().clock(0) == Timestamp{29});
  restarted.put({.offset = 2, .ms = 32});
  restarted.put({.offset = 3, .ms = 26});
  CHECK(restarted.take_lates() == Lines{"3"});
}

TEST_CASE("an error of the results stops the task") {
  struct Full : CollectedResults {
    Result<void> put(const WindowResult&) override { return Error{Error::Code::io, "full"}; }
    Result<void> late(std::uint32_t, const RecordView&) override {
      return Error{Error::Code::io, "late is full"};
    }
  } results;
  for (const Operator op : {Operator::tumble, Operator::session}) {
    Settings settings = tumble_with_future(100);
    settings.op = op;
    const auto task = Task::make(settings, test_aggregation(), results);
    REQUIRE(task->put(TestRow({.offset = 0, .ms = 50}).row()));
    const auto late = task->put(TestRow({.offset = 1, .ms = 5}).row());
    REQUIRE_FALSE(late);
    CHECK(late.error().message == "late is full");
    const auto closed = task->put(TestRow({.offset = 2, .ms = 90}).row());
    REQUIRE_FALSE(closed);
    CHECK(closed.error().message == "full");
  }
}

static std::string saved_bytes(Task& task) {
  std::string bytes;
  task.save(bytes);
  return bytes;
}

// A task in the middle of a random log.
static std::unique_ptr<TestTask> busy_task(RandomWindowLogs& random, const Settings& settings) {
  auto task = std::make_unique<TestTask>(settings, test_aggregation(), 3);
  const WindowLog log = random.log(settings, 20);
  const auto steps = random.interleaved(log);
  LogReader reader(log);
  for (std::size_t i = 0; i < steps.size() * 2 / 3; i++) reader.take(steps[i], *task);
  return task;
}

TEST_CASE("a damaged state is not loaded") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  for (const Operator op : all_operators) {
    for (int round = 0; round < 20; round++) {
      const Settings settings = random.settings(op);
      const std::string bytes = saved_bytes(busy_task(random, settings)->task());
      REQUIRE(TestTask(settings).task().load(bytes));
      for (std::size_t length = 0; length < bytes.size(); length++) {
        REQUIRE_FALSE(TestTask(settings).task().load(std::string_view(bytes).substr(0, length)));
      }
      REQUIRE_FALSE(TestTask(settings).task().load(bytes + '\0'));
      for (int i = 0; i < 100; i++) {
        std::string damaged = bytes;
        char& byte = damaged[static_cast<std::size_t>(random.number(0, std::ssize(bytes) - 1))];
        byte = static_cast<char>(byte ^ 1 << random.number(0, 7));
        REQUIRE_FALSE(TestTask(settings).task().load(damaged));
      }
      Settings other = settings;
      other.op = op == Operator::session ? Operator::tumble : Operator::session;
      REQUIRE_FALSE(TestTask(other).task().load(bytes));
      other = settings;
      other.sources++;
      REQUIRE_FALSE(TestTask(other).task().load(bytes));
    }
  }
}

static std::string with_checksum(std::string bytes) {
  std::array<std::byte, 4> checksum = {};
  store_be(checksum, 0, crc32c(as_bytes(bytes)));
  return bytes.append(as_text(checksum));
}

TEST_CASE("a state with something behind it is not loaded") {
  RandomWindowLogs random(1);
  const Settings settings = random.settings(Operator::session);
  std::string bytes = saved_bytes(busy_task(random, settings)->task());
  bytes.resize(bytes.size() - 4);
  CHECK(TestTask(settings).task().load(with_checksum(bytes)));
  CHECK_FALSE(TestTask(settings).task().load(with_checksum(bytes + '\0')));
}

TEST_CASE("a wrong state with the right checksum does no harm") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  int loads = 0;
  for (const Operator op : all_operators) {
    for (int round = 0; round < 300; round++) {
      const Settings settings = random.settings(op);
      std::string bytes = saved_bytes(busy_task(random, settings)->task());
      bytes.resize(bytes.size() - 4);
      if (random.is(0.2))
        bytes.resize(static_cast<std::size_t>(random.number(0, std::ssize(bytes))));
      for (std::int64_t count = random.number(1, 3); count > 0 && !bytes.empty(); count--) {
        char& byte = bytes[static_cast<std::size_t>(random.number(0, std::ssize(bytes) - 1))];
        byte = static_cast<char>(random.number(-128, 127));
      }
      TestTask task(settings);
      if (!task.task().load(with_checksum(bytes))) continue;
      loads++;
      CHECK(task.task().counts().open >= 0);
      task.end();
    }
  }
  CHECK(loads > 0);
}
