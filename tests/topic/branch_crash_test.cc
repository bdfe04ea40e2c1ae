// Death, loss of power and failing calls at every step of a branch, and branches of what a
// compaction that died has left.
#include <doctest/doctest.h>

#include <cerrno>

#include "support/branch.h"

using namespace estream;
using namespace estream::topic;
using io::MemorySystem;
using Loss = MemorySystem::Loss;

namespace {

constexpr Loss losses[] = {Loss::nothing, Loss::all_unsynced, Loss::random, Loss::random};

void fill(MemorySystem& system) {
  {
    const Topic source = make_orders(system, 2);
    for (int i = 0; i < 5; i++) append(source, i);
    append(source, 5, 1);
  }
  system.crash(Loss::nothing);
  append(opened(system, "orders"), 6, 0);
  append(opened(system, "orders"), 6, 1);
}

Result<BranchReport> branch(MemorySystem& system, std::uint64_t copied_max) {
  const Topic source = TRY(Topic::open(system, "root", "orders"));
  return branch_topic(source, "root", "trial", {.copied_active_bytes_max = copied_max});
}

using Contents = std::vector<std::vector<OwnedRecord>>;

Contents contents(MemorySystem& system, const std::string& name) {
  const Topic topic = opened(system, name);
  return {seen(topic, 0), seen(topic, 1)};
}

// The source is as it was, the branch is whole or absent, and both can be written to.
void check_wreck(MemorySystem& system, const Contents& expected, bool has_to_exist) {
  REQUIRE(contents(system, "orders") == expected);
  const auto topics = list_topics(system, "root");
  REQUIRE(topics);
  const bool is_there = *topics == std::vector<std::string>{"orders", "trial"};
  if (!is_there) {
    REQUIRE(!has_to_exist);
    REQUIRE(*topics == std::vector<std::string>{"orders"});
    REQUIRE(branch(system, 100));
  }
  REQUIRE(contents(system, "trial") == expected);
  for (const std::string name : {"trial", "orders"}) {
    const Topic topic = opened(system, name);
    for (const std::int32_t partition : {0, 1}) {
      append(topic, 7, partition);
      REQUIRE(seen(topic, partition).size() ==
              expected[static_cast<std::size_t>(partition)].size() + 2);
      check_sound(topic, partition);
    }
  }
}

}  // namespace

TEST_CASE("wherever a branch dies, the source is unharmed and the branch whole or absent") {
  int states = 0;
  for (const std::uint64_t copied_max : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
    for (const Loss loss : losses) {
      bool is_over = false;
      for (std::int64_t nth = 1; !is_over; nth++) {
        CAPTURE(copied_max);
        CAPTURE(nth);
        MemorySystem system;
        fill(system);
        const Contents expected = contents(system, "orders");
        system.die_at(nth, MemorySystem::Death::within_write);
        const bool is_made = branch(system, copied_max).has_value();
        is_over = !system.is_dead();
        system.crash(loss, static_cast<std::uint64_t>(++states));
        check_wreck(system, expected, is_made);
      }
    }
  }
  MESSAGE("states: " << states);
}

TEST_CASE("whatever call fails, the source is unharmed and nothing of the branch is left behind") {
  using Call = MemorySystem::Call;
  int faults = 0;
  for (const Call call :
       {Call::open, Call::read, Call::write, Call::sync, Call::close, Call::status, Call::list,
        Call::rename, Call::link, Call::lock, Call::make_directory}) {
    for (std::int64_t nth = 1;; nth++) {
      CAPTURE(static_cast<int>(call));
      CAPTURE(nth);
      MemorySystem system;
      fill(system);
      const Contents expected = contents(system, "orders");
      const std::size_t descriptors = system.open_descriptors();
      system.fail(call, nth, EIO);
      const bool is_made = branch(system, 400).has_value();
      const bool has_fired = system.fired_faults() > 0;
      system.clear_faults();
      REQUIRE(system.open_descriptors() == descriptors);
      for (const auto& [path, content] : system.tree()) {
        REQUIRE(path.find(".creating") == std::string::npos);
      }
      check_wreck(system, expected, is_made);
      if (!has_fired) break;
      faults++;
    }
  }
  MESSAGE("calls that failed: " << faults);
}

TEST_CASE("a source in which a compaction died has a sound branch") {
  int states = 0;
  bool is_over = false;
  for (std::int64_t nth = 1; !is_over; nth++) {
    CAPTURE(nth);
    MemorySystem system;
    fill(system);
    system.die_at(nth, MemorySystem::Death::within_write);
    const log::KeyCompaction options = {.now = {10'000}, .segment_bytes = 4000};
    (void)log::run_compaction(directory_of(opened(system, "orders")), options);
    is_over = !system.is_dead();
    system.kill();
    const auto before = tree_below(system, "root/orders");
    REQUIRE(branch(system, 1 << 20));
    REQUIRE(tree_below(system, "root/orders") == before);
    REQUIRE(contents(system, "trial") == contents(system, "orders"));
    check_sound(opened(system, "trial"));
    states++;
  }
  MESSAGE("states: " << states);
}
