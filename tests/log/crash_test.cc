// Death of the processes and loss of power at every change that some work makes.
#include <doctest/doctest.h>

#include "support/log_workload.h"

using namespace estream;
using namespace estream::log;
using Death = io::MemorySystem::Death;
using Loss = io::MemorySystem::Loss;

namespace {

constexpr SyncLevel levels[] = {SyncLevel::interval, SyncLevel::batch, SyncLevel::none};
constexpr Death deaths[] = {Death::before_change, Death::within_write};

// What is left after the processes died at the `nth` change; nothing when the work makes fewer.
struct Wreck {
  TestPartition partition;
  WorkOutcome outcome;
  bool is_dead = false;

  Wreck(SyncLevel level, Death death, std::int64_t nth) {
    partition.system.die_at(nth, death);
    outcome = Work(partition, level).run();
    is_dead = partition.system.is_dead();
  }
};

}  // namespace

TEST_CASE("nothing acknowledged is lost when the processes die at any change") {
  int states = 0;
  for (const SyncLevel level : levels) {
    for (const Death death : deaths) {
      for (std::int64_t nth = 1;; nth++) {
        CAPTURE(static_cast<int>(level));
        CAPTURE(static_cast<int>(death));
        CAPTURE(nth);
        Wreck wreck(level, death, nth);
        wreck.partition.system.kill();
        check_service(wreck.partition, wreck.outcome, true);
        if (!wreck.is_dead) break;
        states++;
      }
    }
  }
  MESSAGE("states after a kill: " << states);
}

TEST_CASE("nothing acknowledged is lost when the power fails at any change") {
  int states = 0;
  for (const SyncLevel level : levels) {
    for (const Death death : deaths) {
      for (std::int64_t nth = 1;; nth++) {
        CAPTURE(static_cast<int>(level));
        CAPTURE(static_cast<int>(death));
        CAPTURE(nth);
        bool is_dead = true;
        for (const Loss loss : {Loss::all_unsynced, Loss::nothing, Loss::random}) {
          CAPTURE(static_cast<int>(loss));
          Wreck wreck(level, death, nth);
          wreck.partition.system.crash(loss, static_cast<std::uint64_t>(states));
          const bool is_kept = level != SyncLevel::none || loss == Loss::nothing;
          check_service(wreck.partition, wreck.outcome, is_kept);
          is_dead = wreck.is_dead;
          states++;
        }
        if (!is_dead) break;
      }
    }
  }
  MESSAGE("states after a loss of power: " << states);
}

TEST_CASE("nothing acknowledged is lost when recovery dies at any of its changes") {
  int states = 0;
  for (const SyncLevel level : levels) {
    for (std::int64_t nth = 1;; nth += 3) {
      bool is_dead = true;
      bool is_recovery_dead = true;
      for (std::int64_t change = 1; is_recovery_dead; change++) {
        CAPTURE(static_cast<int>(level));
        CAPTURE(nth);
        CAPTURE(change);
        Wreck wreck(level, Death::within_write, nth);
        is_dead = wreck.is_dead;
        io::MemorySystem& system = wreck.partition.system;
        system.crash(Loss::random, static_cast<std::uint64_t>(nth));
        system.die_at(change, Death::within_write);
        (void)wreck.partition.try_writer();
        is_recovery_dead = system.is_dead();
        if (change % 3 == 0) {
          system.kill();
        } else {
          system.crash(change % 3 == 1 ? Loss::all_unsynced : Loss::random,
                       static_cast<std::uint64_t>(states));
        }
        check_service(wreck.partition, wreck.outcome, level != SyncLevel::none);
        states++;
      }
      if (!is_dead) break;
    }
  }
  MESSAGE("states after a recovery that died: " << states);
}
