#include "group/settlement.h"

#include <doctest/doctest.h>

#include <random>

#include "group/pipeline_world.h"
#include "group/samples.h"
#include "support/seed.h"

namespace estream::group {

namespace {

using Death = io::MemorySystem::Death;
using Loss = io::MemorySystem::Loss;

// What is left when an owner is gone.
enum class Left { after_kill, synced, some_unsynced };

void leave(PipelineWorld& world, Left left, std::uint64_t seed) {
  switch (left) {
    case Left::after_kill:
      return world.system.kill();
    case Left::synced:
      return world.system.crash(Loss::all_unsynced);
    case Left::some_unsynced:
      return world.system.crash(Loss::random, seed);
  }
}

// Dies at the `nth` change; whether it came so far.
bool live_until(PipelineWorld& world, const std::string& stamp, std::int64_t nth, Death death) {
  world.system.die_at(nth, death);
  PipelineOwner owner(world, stamp);
  const auto lived = owner.live();
  if (!lived && !world.system.is_dead()) FAIL(lived.error().message);
  return !lived;
}

void finish(PipelineWorld& world) {
  PipelineOwner owner(world, "z");
  const auto lived = owner.live();
  if (!lived) FAIL(lived.error().message);
  check_pipeline(world);
}

}  // namespace

TEST_CASE("the end of a claim is the position, and what a restart needs without windows") {
  PositionState state = sample_state();
  state.sources[0].claimed = {300};
  finish_claim(state);
  CHECK(state.sources[0].position == Offset{300});
  CHECK(state.sources[0].needed == Offset{300});
  CHECK(state.sources[0].epoch_before == -1);
  CHECK(state.attempts == 0);
  // That of windows is that after the claim already.
  for (const std::int64_t needed : {100, 250}) {
    state = sample_state();
    state.window = "w";
    state.sources[0].needed = {needed};
    finish_claim(state);
    CHECK(state.sources[0].position == Offset{300});
    CHECK(state.sources[0].needed == Offset{needed});
  }
}

TEST_CASE("a pipeline stores its output once, in order") {
  PipelineWorld world;
  finish(world);
  PipelineOwner again(world, "y");
  REQUIRE(again.live());
  check_pipeline(world);
  CHECK(again.state().sinks[0].partitions[0].next > 0);
  CHECK(again.state().sinks[0].partitions[0].end ==
        static_cast<std::int64_t>(world.stored("out-0").size()));
}

TEST_CASE("the output is stored once wherever an owner dies") {
  for (const Left left : {Left::after_kill, Left::synced, Left::some_unsynced}) {
    for (const Death death : {Death::before_change, Death::within_write}) {
      for (std::int64_t nth = 1;; nth++) {
        CAPTURE(nth);
        CAPTURE(static_cast<int>(left));
        PipelineWorld world;
        const bool is_dead = live_until(world, "a", nth, death);
        leave(world, left, static_cast<std::uint64_t>(nth));
        finish(world);
        if (!is_dead) break;
      }
    }
  }
}

// All pairs of deaths. It takes minutes, and runs only with --no-skip.
TEST_CASE("the output is stored once wherever two owners die" * doctest::skip()) {
  std::int64_t worlds = 0;
  for (int kind = 0; kind < 36; kind++) {
    const Death death = kind % 2 == 0 ? Death::before_change : Death::within_write;
    const Death second_death = kind / 2 % 2 == 0 ? Death::before_change : Death::within_write;
    const auto left = static_cast<Left>(kind / 4 % 3);
    const auto second_left = static_cast<Left>(kind / 12);
    bool is_dead = true;
    for (std::int64_t nth = 1; is_dead; nth++) {
      bool is_second_dead = true;
      for (std::int64_t second = 1; is_second_dead; second++) {
        CAPTURE(kind);
        CAPTURE(nth);
        CAPTURE(second);
        PipelineWorld world;
        is_dead = live_until(world, "a", nth, death);
        leave(world, left, static_cast<std::uint64_t>(nth));
        is_second_dead = live_until(world, "b", second, second_death);
        leave(world, second_left, static_cast<std::uint64_t>(second));
        finish(world);
        worlds++;
      }
    }
  }
  MESSAGE(worlds, " pairs of deaths");
}

TEST_CASE("the output is stored once when one owner after the other dies anywhere") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 1500; round++) {
    PipelineWorld world;
    world.last = PipelineWorld::batch_events * (1 + static_cast<std::int64_t>(random() % 4));
    std::string deaths;
    for (int life = 0; life < 4; life++) {
      const auto nth = static_cast<std::int64_t>(1 + random() % 60);
      const auto left = static_cast<Left>(random() % 3);
      const Death death = random() % 2 == 0 ? Death::before_change : Death::within_write;
      deaths += std::to_string(nth) + "/" + std::to_string(static_cast<int>(left)) + " ";
      live_until(world, std::string(1, static_cast<char>('a' + life)), nth, death);
      leave(world, left, random());
      if (random() % 2 == 0) continue;
      const auto directory = io::Directory::open(world.system, "out-0");
      const auto writer = log::PartitionWriter::open(*directory, {.segment_bytes = 600});
      REQUIRE(writer);
      log::append(**writer, {"foreign"});
      if (random() % 2 == 0) REQUIRE((*writer)->sync());
    }
    CAPTURE(round);
    CAPTURE(deaths);
    finish(world);
  }
}

// It is in the log, and the slot of the commit file does not say so yet.
TEST_CASE("output is found by an owner that had the topics open before it was appended") {
  bool has_fired = true;
  for (std::int64_t nth = 1; has_fired; nth++) {
    CAPTURE(nth);
    PipelineWorld world;
    PipelineOwner next(world, "b");
    REQUIRE(next.open_sinks());
    world.system.fail(io::MemorySystem::Call::write, nth, EIO, 1, "commit");
    {
      PipelineOwner owner(world, "a");
      (void)owner.live();
    }
    has_fired = world.system.fired_faults() > 0;
    world.system.clear_faults();
    const auto lived = next.live();
    if (!lived) FAIL(lived.error().message);
    check_pipeline(world);
  }
}

// Its batches without events still tell what is there.
TEST_CASE("output is known when compaction has removed all of its events") {
  bool is_dead = true;
  for (std::int64_t nth = 1; is_dead; nth++) {
    CAPTURE(nth);
    PipelineWorld world;
    is_dead = live_until(world, "a", nth, Death::before_change);
    leave(world, Left::after_kill, 0);
    for (const char* partition : pipeline_partitions) world.compact(partition);
    finish(world);
  }
}

// What another producer has written and not synced is gone with the power. So the next owner's
// output comes to lie below the end that the log had when it was decided.
TEST_CASE("output is found where a power loss has made room for it") {
  bool is_dead = true;
  for (std::int64_t nth = 1; is_dead; nth++) {
    bool is_second_dead = true;
    for (std::int64_t second = 1; is_second_dead; second++) {
      CAPTURE(nth);
      CAPTURE(second);
      PipelineWorld world;
      world.last = PipelineWorld::batch_events;
      {
        const auto directory = io::Directory::open(world.system, "out-0");
        const auto writer = log::PartitionWriter::open(*directory, {.segment_bytes = 600});
        REQUIRE(writer);
        log::append(**writer, std::vector<std::string>(8, "foreign"));
      }
      is_dead = live_until(world, "a", nth, Death::before_change);
      leave(world, Left::synced, 0);
      is_second_dead = live_until(world, "b", second, Death::before_change);
      leave(world, Left::after_kill, 0);
      finish(world);
    }
  }
}

// After a failed sync the pages count as clean, and nothing keeps them but a new write.
TEST_CASE("what an owner decided whose sync failed is made durable by the next one") {
  for (const std::int64_t nth : {1, 2, 3, 4, 5, 6, 7, 8}) {
    for (std::int64_t second = 1; second < 40; second++) {
      CAPTURE(nth);
      CAPTURE(second);
      PipelineWorld world;
      world.system.fail(io::MemorySystem::Call::sync, nth, EIO, 1, "orders-0");
      {
        PipelineOwner owner(world, "a");
        (void)owner.live();
      }
      world.system.clear_faults();
      world.system.kill();
      const bool is_dead = live_until(world, "b", second, Death::before_change);
      leave(world, Left::synced, 0);
      finish(world);
      if (!is_dead) break;
    }
  }
}

TEST_CASE("an error of any call is met by the next owner") {
  for (const int error : {EIO, ENOSPC}) {
    for (const auto call : {io::MemorySystem::Call::write, io::MemorySystem::Call::sync}) {
      for (std::int64_t nth = 1;; nth++) {
        CAPTURE(nth);
        PipelineWorld world;
        world.system.fail(call, nth, error);
        {
          PipelineOwner owner(world, "a");
          (void)owner.live();
        }
        const bool has_fired = world.system.fired_faults() > 0;
        world.system.clear_faults();
        world.system.kill();
        finish(world);
        if (!has_fired) break;
      }
    }
  }
}

namespace {

// The first owner has decided a batch, and died before the `nth` change after that.
PositionState sample(PipelineWorld& world) {
  PipelineOwner owner(world, "a");
  REQUIRE(owner.live());
  return owner.state();
}

Error refused(PipelineWorld& world) {
  PipelineOwner owner(world, "b");
  const auto lived = owner.live();
  REQUIRE(!lived);
  return lived.error();
}

}  // namespace

TEST_CASE("a topic that lost its end is refused, and nothing is changed") {
  PipelineWorld world;
  sample(world);
  for (const auto& [path, content] : world.system.tree()) {
    if (path.starts_with("out-1/")) world.system.remove(path);
  }
  REQUIRE(log::create_partition(*io::Directory::open(world.system, "out-1")));
  const std::string before = world.system.content("out-0/00000000000000000000.log");
  const Error error = refused(world);
  CHECK(error.code == Error::Code::corrupt);
  CHECK(error.message ==
        "out/1: group 'enrich' had written up to offset 6, which is not there: this is not the "
        "topic that it wrote to; --seek POS --into out begins anew");
  CHECK(world.system.content("out-0/00000000000000000000.log") == before);
}

TEST_CASE("a position file that is older than the topic is refused") {
  PipelineWorld world;
  world.last = PipelineWorld::batch_events;
  sample(world);
  const std::string old = world.system.content("g/orders-0");
  world.last = 3 * PipelineWorld::batch_events;
  sample(world);
  world.system.set_content("g/orders-0", old);
  const Error error = refused(world);
  CHECK(error.code == Error::Code::corrupt);
  CHECK(error.message.ends_with(
      "holds more of group 'enrich' than its position file knows: the file is older than the "
      "topic"));
}

}  // namespace estream::group
