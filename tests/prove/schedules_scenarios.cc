#include "prove/schedules_scenarios.h"

#include <utility>

#include "base/assert.h"
#include "log/names.h"
#include "prove/schedules_preparation.h"

namespace estream::prove::interleave {

namespace {

using log::SyncLevel;

// Padding with which a segment is long enough to have entries in its offset index.
constexpr std::size_t large = 1500;
constexpr std::int64_t large_segment = 10'000;  // Three batches.
constexpr std::int64_t small_segment = 250;     // Two batches.

Setting empty() { return Preparation().finish(); }

Setting filled(int sealed, int batches_each, std::size_t padding) {
  Preparation preparation;
  preparation.fill(sealed, batches_each, padding);
  return preparation.finish();
}

// The power was lost behind a sync: one batch had been written and not synced, and half of another.
Setting crashed() {
  Preparation preparation;
  {
    const auto writer = preparation.writer({});
    preparation.append(*writer, 2, 0, true);
    ASSERT(writer->sync().has_value());
    preparation.append(*writer, 2, 0, false);
  }
  const std::string name = "p/" + log::segment_file_name({0}, log::SegmentFile::log);
  const std::string content = preparation.memory().content(name);
  preparation.memory().set_content(name, content.substr(0, content.size() - 50));
  preparation.memory().crash(io::MemorySystem::Loss::nothing);
  return preparation.finish();
}

// A writer was killed in the middle of a roll, when the new segment had its name.
Setting killed_in_roll() {
  Preparation preparation;
  {
    const auto writer = preparation.writer({});
    preparation.append(*writer, 2, 0, true);
    preparation.memory().fail(io::MemorySystem::Call::write, 2, 5, 1, "commit");
    ASSERT(!writer->seal_active().has_value());
    preparation.memory().clear_faults();
  }
  preparation.memory().kill();
  return preparation.finish();
}

// Somebody took the commit file away.
Setting without_commit() {
  Preparation preparation;
  preparation.fill(1, 1, 0);
  preparation.memory().remove("p/commit");
  return preparation.finish();
}

Act producer(const std::string& steps, SyncLevel level, std::int64_t segment_bytes = 1 << 20,
             std::size_t padding = 0) {
  return produce({.steps = steps,
                  .options = {.sync_level = level, .segment_bytes = segment_bytes},
                  .padding_bytes = padding});
}

void add_appends(std::vector<Scenario>& scenarios) {
  scenarios.push_back({"append+append",
                       {},
                       empty(),
                       {producer("aa", SyncLevel::batch), producer("an", SyncLevel::batch)}});
  scenarios.push_back(
      {"append+sync",
       {},
       empty(),
       {producer("asas", SyncLevel::interval), producer("acs", SyncLevel::interval)}});
  scenarios.push_back({"append+sync+roll",
                       {},
                       empty(),
                       {producer("aas", SyncLevel::interval, small_segment),
                        producer("asa", SyncLevel::batch, small_segment)}});
  scenarios.push_back({"append+roll+read",
                       {},
                       filled(0, 0, 0),
                       {producer("aa", SyncLevel::batch, small_segment), consume({.rounds = 1})}});
  scenarios.push_back({"append+append+follow",
                       {},
                       empty(),
                       {producer("as", SyncLevel::interval, small_segment),
                        producer("a", SyncLevel::batch, small_segment), consume({.rounds = 2})}});
}

void add_maintenance(std::vector<Scenario>& scenarios) {
  const History::Rules compacts = {.may_compact = true};
  scenarios.push_back({"compact+read",
                       compacts,
                       filled(3, 3, large),
                       {compact(large_segment * 2), consume({.rounds = 1})}});
  scenarios.push_back({"compact+read from a time",
                       compacts,
                       filled(3, 3, large),
                       {compact(large_segment * 3), consume({.from = {{1014, 14}}})}});
  scenarios.push_back({"compact+roll",
                       compacts,
                       filled(2, 2, 0),
                       {compact(10'000), producer("ara", SyncLevel::batch)}});
  scenarios.push_back({"compact+roll+read",
                       compacts,
                       filled(1, 2, 0),
                       {compact(10'000), producer("ra", SyncLevel::batch), consume({})}});
  scenarios.push_back(
      {"compact+compact", compacts, filled(2, 2, 0), {compact(10'000), compact(10'000)}});
  scenarios.push_back(
      {"retain+read", {.deleted_max = 8}, filled(3, 2, 0), {retain(2), consume({.rounds = 1})}});
  scenarios.push_back({"retain+append+read",
                       {.deleted_max = 10},
                       filled(2, 2, 0),
                       {retain(9), producer("ra", SyncLevel::batch), consume({})}});
}

void add_others(std::vector<Scenario>& scenarios) {
  const History::Rules compacts = {.may_compact = true};
  scenarios.push_back({"recover+recover",
                       {},
                       crashed(),
                       {producer("a", SyncLevel::batch), producer("as", SyncLevel::interval)}});
  scenarios.push_back(
      {"recover+read", {}, crashed(), {producer("a", SyncLevel::batch), consume({.rounds = 1})}});
  scenarios.push_back({"recover a roll+recover",
                       {},
                       killed_in_roll(),
                       {producer("a", SyncLevel::batch), producer("a", SyncLevel::batch)}});
  scenarios.push_back({"rebuild+rebuild",
                       {},
                       without_commit(),
                       {producer("a", SyncLevel::batch), producer("a", SyncLevel::batch)}});
  scenarios.push_back({"verify+append",
                       {},
                       filled(1, 1, 0),
                       {verify(), producer("af", SyncLevel::batch, small_segment)}});
  scenarios.push_back({"verify+compact", compacts, filled(2, 2, 0), {verify(), compact(10'000)}});
  scenarios.push_back(
      {"verify+retain", {.deleted_max = 4}, filled(2, 1, 0), {verify(), retain(2)}});
  scenarios.push_back(
      {"verify+append+compact",
       compacts,
       filled(2, 1, 0),
       {verify(), producer("a", SyncLevel::batch, small_segment), compact(10'000)}});
  scenarios.push_back({"branch+append",
                       {},
                       filled(1, 1, 0),
                       {branch(1 << 20), producer("aa", SyncLevel::batch, small_segment)}});
  scenarios.push_back({"branch with a roll+append",
                       {},
                       filled(1, 1, 0),
                       {branch(1), producer("as", SyncLevel::interval, small_segment)}});
  scenarios.push_back(
      {"branch+compact", compacts, filled(2, 2, 0), {branch(1 << 20), compact(10'000)}});
}

}  // namespace

std::vector<Scenario> make_scenarios() {
  std::vector<Scenario> scenarios;
  add_appends(scenarios);
  add_maintenance(scenarios);
  add_others(scenarios);
  add_groups(scenarios);
  return scenarios;
}

}  // namespace estream::prove::interleave
