// Death of the process and loss of power at every change that a compaction and a retention make.
#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "support/compaction.h"

using namespace estream;
using namespace estream::log;
using Death = io::MemorySystem::Death;
using Loss = io::MemorySystem::Loss;

namespace {

constexpr std::int64_t grace_ms = 1000;

using Run = std::function<Result<void>(const io::Directory&)>;

Result<void> compact(const io::Directory& directory) {
  // Groups of two segments or so, and later than the delete horizon of some tombstones.
  const KeyCompaction options = {
      .now = {10'000}, .keep_tombstones_ms = grace_ms, .segment_bytes = 500};
  TRY(run_compaction(directory, options));
  return {};
}

Result<void> retain(const io::Directory& directory) { return run_retention(directory, 2); }

// Six sealed segments and an active one, with tombstones that are stamped already.
void fill(TestPartition& partition) {
  for (int i = 0; i < 7; i++) {
    if (i > 0) seal(partition);
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    const std::string value(static_cast<std::size_t>(30 * i), 'v');
    append_keyed(*writer, {{"a", value}, {"b" + std::to_string(i), value}});
    append_keyed(*writer, {{"c" + std::to_string(i / 2), std::nullopt}, {"d", "1"}});
    if (i == 2) compacted(partition, {.now = {1000}, .keep_tombstones_ms = grace_ms});
  }
  partition.system.crash(Loss::nothing);
  partition.writer();
}

std::map<std::string, std::string> state_of(const std::vector<OwnedRecord>& records) {
  std::map<std::string, std::string> state;
  for (const OwnedRecord& record : records) {
    if (record.value) {
      state[*record.key] = *record.value;
    } else {
      state.erase(*record.key);
    }
  }
  return state;
}

// What the partition is before and after a run that nothing disturbs.
struct Expected {
  std::vector<OwnedRecord> before;
  std::vector<OwnedRecord> after;

  explicit Expected(const Run& run) {
    TestPartition partition;
    fill(partition);
    before = seen_records(partition.directory());
    const auto done = run(partition.directory());
    if (!done) FAIL(done.error().message);
    after = seen_records(partition.directory());
    REQUIRE(after.size() < before.size());
  }
};

bool contains(const std::vector<OwnedRecord>& all, const std::vector<OwnedRecord>& some) {
  return std::ranges::all_of(
      some, [&](const OwnedRecord& record) { return std::ranges::find(all, record) != all.end(); });
}

// The log is whole, between what it was and what it will be; the next run finishes the work; and a
// writer goes on.
void check_wreck(TestPartition& partition, const Expected& expected, const Run& run,
                 bool keeps_state) {
  const auto found = seen_records(partition.directory());
  REQUIRE(contains(expected.before, found));
  REQUIRE(contains(found, expected.after));
  if (keeps_state) REQUIRE(state_of(found) == state_of(expected.before));

  partition.writer();
  const auto done = run(partition.directory());
  if (!done) FAIL(done.error().message);
  REQUIRE(strays(partition).empty());
  REQUIRE(inventory_of(partition.directory()).leftovers.empty());
  if (keeps_state) REQUIRE(seen_records(partition.directory()) == expected.after);

  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  REQUIRE(append_keyed(*writer, {{"z", "1"}}) == Offset{expected.before.back().offset + 1});
}

int check_every_change(const Run& run, bool keeps_state) {
  const Expected expected(run);
  int states = 0;
  for (const Death death : {Death::before_change, Death::within_write}) {
    for (std::int64_t nth = 1;; nth++) {
      bool is_dead = true;
      for (int kind = 0; kind < 5; kind++) {
        CAPTURE(static_cast<int>(death));
        CAPTURE(nth);
        CAPTURE(kind);
        TestPartition partition;
        fill(partition);
        partition.system.die_at(nth, death);
        (void)run(partition.directory());
        is_dead = partition.system.is_dead();
        constexpr Loss losses[] = {Loss::nothing, Loss::all_unsynced, Loss::random, Loss::random};
        if (kind == 4) {
          partition.system.kill();
        } else {
          partition.system.crash(losses[kind], static_cast<std::uint64_t>(states));
        }
        check_wreck(partition, expected, run, keeps_state);
        states++;
      }
      if (!is_dead) break;
    }
  }
  return states;
}

}  // namespace

TEST_CASE("a compaction that dies at any change leaves a whole log, and the next one finishes") {
  const int states = check_every_change(compact, true);
  MESSAGE("states after a compaction that died: " << states);
}

TEST_CASE("a retention that dies at any change leaves a whole log, and the next one goes on") {
  const int states = check_every_change(retain, false);
  MESSAGE("states after a retention that died: " << states);
}

TEST_CASE("a call that fails anywhere is an error, leaves a whole log and can be run again") {
  using Call = io::MemorySystem::Call;
  const Expected expected(compact);
  int faults = 0;
  for (const Call call : {Call::open, Call::read, Call::write, Call::sync, Call::list, Call::rename,
                          Call::unlink, Call::lock}) {
    for (std::int64_t nth = 1;; nth++) {
      CAPTURE(static_cast<int>(call));
      CAPTURE(nth);
      TestPartition partition;
      fill(partition);
      const io::Directory directory = partition.directory();
      const std::size_t descriptors = partition.system.open_descriptors();
      partition.system.fail(call, nth, call == Call::write ? ENOSPC : EIO);
      const bool is_done = compact(directory).has_value();
      const bool has_fired = partition.system.fired_faults() > 0;
      partition.system.clear_faults();
      CHECK(partition.system.open_descriptors() == descriptors);
      // The slot alone is written once more, see sync_commit().
      for (const std::string& touched : partition.system.touched_after_failed_sync()) {
        CHECK(touched == "write of commit");
      }
      if (is_done) REQUIRE(seen_records(partition.directory()) == expected.after);
      check_wreck(partition, expected, compact, true);
      if (!has_fired) break;
      faults++;
    }
  }
  MESSAGE("calls that failed: " << faults);
}
