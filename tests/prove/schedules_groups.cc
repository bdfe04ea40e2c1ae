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

// The group has worked, and its output is in a sealed segment.
Setting worked() {
  Preparation preparation;
  preparation.work(done_before);
  preparation.fill(0, 0, 0);
  ASSERT(preparation.writer({})->seal_active().has_value());
  return preparation.finish();
}

// Its owner was killed when so many of the two decided batches were stored.
Setting half_stored(std::int64_t batches) {
  Preparation preparation;
  preparation.work(done_before);
  preparation.die_while_storing(done_after, batches);
  return preparation.finish();
}

Act append(const std::string& steps) {
  return produce({.steps = steps, .options = {.sync_level = log::SyncLevel::batch}});
}

// Which others come between the steps of owners.
struct Others {
  std::string name;
  History::Rules rules;
  Act act;
};

// Two batches have all keys that output has: of what is sealed, compaction takes all its records.
std::vector<Others> others() {
  return {{"append", {}, append("aa")},
          {"compact", {.may_compact = true}, in_turn({append("aar"), compact(10'000)})},
          {"retain", {.deleted_max = INT64_MAX}, in_turn({append("ar"), retain(9)})}};
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
  add("own+own", {}, Preparation().finish(), {own(events_of_claim), own(done_after)});
  add("own again+own", {}, worked(), {own(done_after, Past::has_worked), own(done_after)});
  for (const Others& other : others()) {
    add("own+" + other.name, other.rules, worked(), {own(done_after), other.act});
    for (const std::int64_t batches : {0, 1}) {
      add("settle " + std::to_string(2 - batches) + "+" + other.name, other.rules,
          half_stored(batches), {own(done_after), other.act});
    }
    add("own+own+" + other.name, other.rules, worked(),
        {own(done_after), own(done_after), other.act});
  }
}

}  // namespace estream::prove::interleave
