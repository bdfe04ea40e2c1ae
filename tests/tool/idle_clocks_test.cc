#include "tool/window/idle_clocks.h"

#include <doctest/doctest.h>

#include "support/fake_window_task.h"

namespace estream::tool {

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t idle_ns = 30 * ms;

}  // namespace

TEST_CASE("a silent clock goes on from its last event at the pace of the wall clock") {
  window::FakeTask task(1);
  task.clocks = {{5000}};
  IdleClocks clocks(task, 1, 100 * ms);
  CHECK(!clocks.clock_at(task, 0, 130 * ms, idle_ns));
  CHECK(clocks.clock_at(task, 0, 137 * ms, idle_ns) == Timestamp{5007});
  // Not later than the clock that it has.
  task.clocks = {{5007}};
  CHECK(!clocks.clock_at(task, 0, 137 * ms, idle_ns));
  CHECK(clocks.clock_at(task, 0, 145 * ms, idle_ns) == Timestamp{5015});
  // An event begins the silence anew, from the clock that it found.
  clocks.note_event(task, 0, 150 * ms);
  CHECK(clocks.arrival_ns(0) == 150 * ms);
  CHECK(!clocks.clock_at(task, 0, 180 * ms, idle_ns));
  CHECK(clocks.clock_at(task, 0, 181 * ms, idle_ns) == Timestamp{5008});
}

TEST_CASE("a partition that never had an event follows the slowest of the others") {
  window::FakeTask task(3);
  task.clocks = {{-1}, {7000}, {6000}};
  IdleClocks clocks(task, 3, 0);
  CHECK(!clocks.clock_at(task, 0, idle_ns, idle_ns));
  CHECK(clocks.clock_at(task, 0, idle_ns + 1, idle_ns) == Timestamp{6000});
  task.clocks[0] = {6000};
  CHECK(!clocks.clock_at(task, 0, idle_ns + ms, idle_ns));
  task.clocks[2] = {6500};
  CHECK(clocks.clock_at(task, 0, idle_ns + ms, idle_ns) == Timestamp{6500});
  // Where none has a clock, there is nothing to follow.
  window::FakeTask empty(2);
  IdleClocks none(empty, 2, 0);
  CHECK(!none.clock_at(empty, 0, 1000 * ms, idle_ns));
}

TEST_CASE("several partitions without an event do not wait for one another") {
  window::FakeTask task(3);
  task.clocks = {{5000}, {-1}, {-1}};
  IdleClocks clocks(task, 3, 0);
  // Both have followed the first one until now.
  task.clocks = {{6000}, {5000}, {5000}};
  CHECK(clocks.clock_at(task, 1, idle_ns + ms, idle_ns) == Timestamp{6000});
  CHECK(clocks.clock_at(task, 2, idle_ns + ms, idle_ns) == Timestamp{6000});
}

}  // namespace estream::tool
