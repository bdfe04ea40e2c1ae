#include "window/retention.h"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "support/seed.h"

using namespace estream;
using namespace estream::window;

static constexpr Offset next = {9999};
static constexpr Timestamp now = {777};

static void check_point(const Retention& retention, std::int64_t offset, std::int64_t clock) {
  const RestartPoint point = retention.restart_point(0, next, now);
  CHECK(point.offset == Offset{offset});
  CHECK(point.clock == Timestamp{clock});
}

TEST_CASE("when nothing is held, a restart goes on with the next event") {
  Retention retention(1);
  check_point(retention, 9999, 777);
  retention.note(0, {5}, {-1});
  check_point(retention, 9999, 777);
}

TEST_CASE("a restart begins with the run of the oldest event that is held") {
  Retention retention(2, 10);
  for (std::int64_t offset = 0; offset < 100; offset++) {
    retention.note(0, {offset}, {offset * 10 - 1});
    if (offset == 37 || offset == 39 || offset == 52) retention.hold(0, {offset});
  }
  check_point(retention, 30, 299);
  retention.release(0, {37});
  check_point(retention, 30, 299);
  retention.release(0, {39});
  check_point(retention, 50, 499);
  retention.hold(0, {99});
  retention.release(0, {52});
  check_point(retention, 90, 899);
  retention.release(0, {99});
  check_point(retention, 9999, 777);
  CHECK(retention.restart_point(1, next, now).offset == next);
}

TEST_CASE("a run has about a thousand events") {
  Retention retention(1);
  for (std::int64_t offset = 0; offset < 3000; offset++) {
    retention.note(0, {offset * 2}, {offset});
    if (offset == 1250) retention.hold(0, {offset * 2});
  }
  check_point(retention, 2000, 1000);
}

TEST_CASE("an event is held as often as it was held") {
  Retention retention(1, 1);
  retention.note(0, {1}, {-1});
  retention.hold(0, {1});
  retention.note(0, {2}, {5});
  retention.hold(0, {1});
  retention.release(0, {1});
  check_point(retention, 1, -1);
  retention.release(0, {1});
  check_point(retention, 9999, 777);
}

TEST_CASE("what is held is never behind the restart point") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const auto run_events = static_cast<std::int64_t>(1 + random() % 10);
    Retention retention(1, run_events);
    std::map<std::int64_t, std::int64_t> clocks;  // By offset.
    std::multimap<std::int64_t, bool> held;
    std::int64_t offset = 0;
    for (int i = 0; i < 300; i++) {
      offset += static_cast<std::int64_t>(1 + random() % 3);
      clocks[offset] = i;
      retention.note(0, {offset}, {i});
      if (random() % 3 == 0) {
        retention.hold(0, {offset});
        held.emplace(offset, true);
      }
      while (!held.empty() && random() % 3 == 0) {
        const auto one =
            std::next(held.begin(), static_cast<std::ptrdiff_t>(random() % held.size()));
        retention.release(0, {one->first});
        held.erase(one);
      }
      const RestartPoint point = retention.restart_point(0, next, now);
      if (held.empty()) {
        REQUIRE(point.offset == next);
        continue;
      }
      const std::int64_t oldest = held.begin()->first;
      REQUIRE(point.offset.value <= oldest);
      REQUIRE(clocks.at(point.offset.value) == point.clock.ms);
      REQUIRE(std::distance(clocks.find(point.offset.value), clocks.find(oldest)) < run_events);
    }
  }
}

TEST_CASE("runs that are not needed are forgotten") {
  Retention retention(1, 10);
  for (std::int64_t offset = 0; offset < 10'000; offset++) {
    retention.note(0, {offset}, {offset});
    retention.hold(0, {offset});
    if (offset >= 50) retention.release(0, {offset - 50});
  }
  std::string bytes;
  retention.save(bytes);
  CHECK(bytes.size() < 50);
  Retention idle(1, 10);
  for (std::int64_t offset = 0; offset < 10'000; offset++) idle.note(0, {offset}, {offset});
  bytes.clear();
  idle.save(bytes);
  CHECK(bytes.size() < 10);
}

TEST_CASE("runs are saved and loaded") {
  Retention retention(2, 10);
  for (std::int64_t offset = 0; offset < 100; offset++) {
    retention.note(1, {offset}, {offset});
    if (offset == 33 || offset == 95) retention.hold(1, {offset});
  }
  std::string bytes;
  retention.save(bytes);
  Retention loaded(2, 10);
  VarintCursor in(bytes);
  REQUIRE(loaded.load(in));
  CHECK(in.remaining() == 0);
  CHECK(loaded.has(1, {33}));
  CHECK_FALSE(loaded.has(0, {33}));
  CHECK_FALSE(loaded.has(2, {33}));
  loaded.hold(1, {33});
  CHECK(loaded.restart_point(1, next, now).offset == Offset{30});
  CHECK(loaded.restart_point(1, next, now).clock == Timestamp{30});
  for (std::size_t length = 0; length < bytes.size(); length++) {
    Retention other(2, 10);
    VarintCursor cut(std::string_view(bytes).substr(0, length));
    CHECK_FALSE(other.load(cut));
  }
}
