// Retention and key compaction of a partition with six sealed segments, with tombstones whose time
// has come.
#include <algorithm>
#include <map>
#include <set>

#include "log/maintenance/compaction.h"
#include "log/maintenance/maintenance.h"
#include "prove/faults_partition.h"
#include "record/batch_builder.h"

namespace estream::prove::faults {

namespace {

constexpr std::int64_t grace_ms = 1000;
constexpr std::size_t deleted_segments = 2;

Result<void> compact(const io::Directory& directory, Timestamp now) {
  const log::KeyCompaction options = {
      .now = now, .keep_tombstones_ms = grace_ms, .segment_bytes = 500};
  const auto maintenance = TRY(log::Maintenance::open(directory, 0));
  const log::Inventory inventory = TRY(maintenance->inventory());
  TRY(maintenance->remove_leftovers(inventory));
  TRY(log::compact_keys(*maintenance, inventory.sealed, options, log::Effect::apply));
  return {};
}

Result<void> retain(const io::Directory& directory) {
  const auto maintenance = TRY(log::Maintenance::open(directory, 0));
  const log::Inventory inventory = TRY(maintenance->inventory());
  TRY(maintenance->remove_leftovers(inventory));
  const std::size_t count = std::min(deleted_segments, inventory.sealed.size());
  if (count == 0) return {};
  const Offset start =
      count < inventory.sealed.size() ? inventory.sealed[count].base : inventory.active.base;
  return maintenance->remove_oldest(std::span(inventory.sealed).first(count), start);
}

Result<void> fill(MemorySystem& system) {
  TRY(create_partition(system));
  for (int i = 0; i < 7; i++) {
    const auto writer = TRY(open_writer(system, {.sync_level = log::SyncLevel::batch}));
    if (i > 0) TRY(writer->seal_active());
    const std::string value =
        std::to_string(i) + std::string(static_cast<std::size_t>(30 * i), 'v');
    TRY(append(*writer, {{"a", value}, {"b" + std::to_string(i), value}}));
    BatchBuilder tombstone;
    tombstone.begin({1000});
    tombstone.append({1000}, "c" + std::to_string(i / 2), std::nullopt, {});
    tombstone.append({1000}, "d", "1", {});
    const MutableBytes batch = TRY(tombstone.finish(Codec::none, 0));
    TRY(writer->append(batch));
    if (i == 2) {
      const io::Directory directory = TRY(open_partition(system));
      TRY(compact(directory, {1000}));
    }
  }
  return {};
}

std::map<std::string, std::string> state_of(const Records& records) {
  std::map<std::string, std::string> state;
  for (const Stored& record : records) {
    state[record.key] = record.value;
    if (record.value.empty()) state.erase(record.key);
  }
  return state;
}

bool contains(const Records& all, const Records& some) {
  return std::ranges::all_of(
      some, [&](const Stored& record) { return std::ranges::find(all, record) != all.end(); });
}

using Run = Result<void> (*)(const io::Directory&);

Result<void> compact_now(const io::Directory& directory) { return compact(directory, {10'000}); }

class Upkeep final : public Trial {
 public:
  enum class State { stays, may_shrink };

  Upkeep(Run run, State state) : run_(run), state_(state) {
    ASSERT(fill(system).has_value());
    system.crash(MemorySystem::Loss::nothing);
    ASSERT(open_writer(system, {}).has_value());
    before_ = *read_all(system);
  }

  Result<void> work() override {
    const io::Directory directory = TRY(open_partition(system));
    return run_(directory);
  }

  void judge(const Situation& situation, Complaints& complaints) override {
    const auto judged = judge_all(situation, complaints);
    if (!judged) return complain(complaints, "afterwards", judged.error());
    judge_files(system, partition_path, situation, complaints);
  }

 private:
  // What the partition holds after a run that nothing disturbs.
  Records expected() const {
    Upkeep undisturbed(run_, state_);
    ASSERT(undisturbed.work().has_value());
    return *read_all(undisturbed.system);
  }

  Result<void> judge_all(const Situation& situation, Complaints& complaints) {
    static std::map<Run, Records> known;
    if (!known.contains(run_)) known[run_] = expected();
    const Records& after = known[run_];
    const Records found = TRY(read_all(system));
    if (!contains(before_, found) || !contains(found, after)) {
      complaints.push_back({Harm::lost, "records are missing, or not those that were there"});
    }
    if (situation.is_done && found != after) {
      complaints.push_back({Harm::silent, "done, and not all that goes is gone"});
    }
    const bool is_kept = state_ == State::may_shrink || state_of(found) == state_of(before_);
    if (!is_kept) complaints.push_back({Harm::lost, "the state by key is another one"});

    const auto run_again = [&]() -> Result<void> {
      TRY(open_writer(system, {}));
      return work();
    };
    TRY(in_service(situation, run_again));
    const Records again = TRY(read_all(system));
    if (state_ == State::stays && again != after) {
      complaints.push_back({Harm::service, "the next run did not finish the work"});
    }
    Offset offset;
    const auto append_one = [&]() -> Result<void> {
      const auto writer = TRY(open_writer(system, {.sync_level = log::SyncLevel::batch}));
      offset = TRY(append(*writer, {{"z", "1"}}));
      return {};
    };
    TRY(in_service(situation, append_one));
    if (offset < Offset{before_.back().offset + 1}) {
      complaints.push_back({Harm::lost, "the log's end has gone back"});
    }
    lose_power(system, situation);
    const Records last = TRY(read_all(system));
    const bool survived = last.size() > again.size() && last.back().key == "z" &&
                          std::equal(again.begin(), again.end(), last.begin());
    if (!survived) complaints.push_back({Harm::lost, "the next append did not survive"});
    return {};
  }

  Run run_;
  State state_;
  Records before_;
};

template <Run run, Upkeep::State state>
std::unique_ptr<Trial> upkeep() {
  return std::make_unique<Upkeep>(run, state);
}

}  // namespace

std::vector<Operation> maintenance_operations() {
  return {{"compaction", upkeep<compact_now, Upkeep::State::stays>},
          {"retention", upkeep<retain, Upkeep::State::may_shrink>}};
}

}  // namespace estream::prove::faults
