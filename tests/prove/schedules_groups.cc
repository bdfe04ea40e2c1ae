// Scenarios of a consumer group that writes into the partition: one owner after the other, while
// others append to it, compact it, and delete from it.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "prove/schedules_output.h"
#include "prove/schedules_owner.h"
#include "prove/schedules_preparation.h"
#include "prove/schedules_scenarios.h"

namespace estream::prove::interleave {

namespace {

constexpr std::int64_t done_before = events_of_claim;
constexpr std::int64_t done_after = done_before + events_of_claim;
constexpr std::int64_t one_batch = 150;  // The bytes of a segment.

// The group has worked. Others have appended what has all keys of the output since, so that a
// compaction takes its records.
Setting worked() {
  Preparation preparation;
  preparation.work(done_before);
  preparation.fill(1, 2, 0);
  return preparation.finish();
}

// Its owner was killed when so many of the two decided batches were stored.
Setting half_stored(std::int64_t batches) {
  Preparation preparation;
  preparation.work(done_before);
  preparation.die_while_storing(done_after, batches);
  preparation.fill(1, 2, 0);
  return preparation.finish();
}

}  // namespace

void add_groups(std::vector<Scenario>& scenarios) {
  const auto add = [&](const std::string& name, const History::Rules& rules, Setting setting,
                       std::vector<Act> processes) {
    scenarios.push_back({.name = name,
                         .rules = rules,
                         .setting = std::move(setting),
                         .processes = std::move(processes),
                         .group_events = done_after});
  };
  const Act owner = own({.events = done_after});
  const Act rolling_owner = own({.events = done_after, .segment_bytes = one_batch});
  const auto add_with = [&](const std::string& others, const History::Rules& rules, const Act& act,
                            const Act& working) {
    add("own+" + others, rules, worked(), {working, act});
    add("own+own+" + others, rules, worked(), {working, working, act});
    add("settle+" + others, rules, half_stored(1), {owner, act});
  };
  add("own+own", {}, Preparation().finish(), {own({.events = events_of_claim}), owner});
  add("own again+own", {}, worked(), {own({.events = done_after, .has_worked = true}), owner});
  add_with("append", {}, produce({.steps = "aa", .options = {.sync_level = log::SyncLevel::batch}}),
           owner);
  add_with("compact", {.may_compact = true}, compact(10'000), rolling_owner);
  const History::Rules retains = {.deleted_max = INT64_MAX};
  add_with("retain", retains, retain(9), rolling_owner);
  add("settle all+retain", retains, half_stored(0), {owner, retain(9)});
}

}  // namespace estream::prove::interleave
