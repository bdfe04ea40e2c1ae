// A writer that finds what another one, or a loss of power, has left.
#include <random>

#include "log/commit_slot.h"
#include "log/names.h"
#include "prove/faults_producers.h"

namespace estream::prove::faults {

namespace {

using log::SyncLevel;

constexpr const char* commit_path = "p/commit";
constexpr const char* first_log_path = "p/00000000000000000000.log";

class Recovery final : public Trial {
 public:
  using Wreck = std::function<void(MemorySystem&, Producers&)>;

  Recovery(SyncLevel level, const Wreck& wreck) : producers_(system, level) {
    ASSERT(create_partition(system).has_value());
    system.crash(MemorySystem::Loss::nothing);
    wreck(system, producers_);
  }

  Result<void> work() override { return producers_.run(); }

  void judge(const Situation& situation, Complaints& complaints) override {
    judge_partition(system, producers_.ledger(), situation, complaints);
  }

 private:
  Producers producers_;
};

Operation recovery(const std::string& name, SyncLevel level, const Recovery::Wreck& wreck) {
  return {"recovery-" + name, [=] { return std::make_unique<Recovery>(level, wreck); }};
}

// The processes die at the `nth` change, in the middle of it if it is a write.
Recovery::Wreck killed(std::int64_t nth) {
  return [=](MemorySystem& system, Producers& producers) {
    system.die_at(nth, MemorySystem::Death::within_write);
    (void)producers.run();
    system.kill();
  };
}

Recovery::Wreck without_power(std::int64_t nth, MemorySystem::Loss loss, std::uint64_t seed) {
  return [=](MemorySystem& system, Producers& producers) {
    system.die_at(nth, MemorySystem::Death::within_write);
    (void)producers.run();
    system.crash(loss, seed);
    producers.forget_unsynced();
  };
}

void poisoned(MemorySystem& system, Producers& producers) {
  system.fail(Call::sync, 5, EIO, MemorySystem::forever, ".log");
  (void)producers.run();
  system.clear_faults();
  system.kill();
}

// As when the directory was made of a broker's files, which was killed in the middle of a write.
void without_commit(MemorySystem& system, Producers& producers) {
  ASSERT(producers.run().has_value());
  system.crash(MemorySystem::Loss::nothing);
  system.remove(commit_path);
  std::string last;
  for (const auto& [path, content] : system.tree()) {
    if (path.ends_with(".log")) last = path;
  }
  system.set_content(last, system.content(last) + system.content(first_log_path).substr(0, 70));
}

// A bit of the newer slot is another one.
void with_damaged_slot(MemorySystem& system, Producers& producers) {
  ASSERT(producers.run().has_value());
  system.kill();
  std::string content = system.content(commit_path);
  const auto sequence_at = [&](std::size_t slot) {
    return log::decode_commit(as_bytes(content).subspan(slot, log::commit_slot_bytes))->sequence;
  };
  const std::size_t newer =
      sequence_at(0) > sequence_at(log::commit_slot_stride) ? 0 : log::commit_slot_stride;
  content[newer + 40] = static_cast<char>(content[newer + 40] ^ 4);
  system.set_content(commit_path, content);
}

}  // namespace

std::vector<Operation> recovery_operations() {
  using Loss = MemorySystem::Loss;
  return {recovery("killed", SyncLevel::batch, killed(20)),
          recovery("killed-in-roll", SyncLevel::interval, killed(31)),
          recovery("power", SyncLevel::batch, without_power(40, Loss::nothing, 0)),
          recovery("power-lost-most", SyncLevel::none, without_power(60, Loss::all_unsynced, 0)),
          recovery("power-lost-some", SyncLevel::interval, without_power(44, Loss::random, 3)),
          recovery("poisoned", SyncLevel::interval, poisoned),
          recovery("without-commit", SyncLevel::batch, without_commit),
          recovery("damaged-slot", SyncLevel::interval, with_damaged_slot)};
}

Operation random_recovery(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  constexpr SyncLevel levels[] = {SyncLevel::interval, SyncLevel::batch};
  const SyncLevel level = levels[random() % 2];
  const auto nth = static_cast<std::int64_t>(1 + random() % 90);
  const bool is_kill = random() % 3 == 0;
  return recovery("random-" + std::to_string(seed), level,
                  is_kill ? killed(nth) : without_power(nth, MemorySystem::Loss::random, random()));
}

}  // namespace estream::prove::faults
