#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "prove/crash_examination.h"
#include "prove/crash_states.h"
#include "prove/suite.h"

namespace estream::prove::crash {

// What was done so far, over all recordings.
struct Tally {
  std::int64_t steps = 0;   // Of the recordings.
  std::int64_t built = 0;   // States, many of which are the same.
  std::int64_t states = 0;  // Different ones after a loss of power, and looked at.
  std::int64_t kills = 0;   // States after a death of the processes alone.
  std::int64_t nested = 0;  // States after a second loss of power.
  std::int64_t reruns = 0;  // Of the idempotent producer's command.
  std::int64_t torn_tails = 0;
  std::int64_t lost_records = 0;
  std::int64_t leftovers = 0;
};

// How much of a recording's states is looked at.
struct Share {
  Coverage coverage = Coverage::full;
  std::uint64_t one_of = 1;  // Of the states that are not core, every how many-th.
  std::size_t nested = 1;    // Second losses of power for each moment and persistence.
  std::uint64_t rerun_one_of = 8;
};

// Builds and examines the states that a death at each step of a recording may leave. They are
// called, with the number of steps before it,
//
//   PLAN/minimal/STEP/STATE or PLAN/ordered/STEP/STATE   after a loss of power
//   PLAN/kill/STEP/CUT                                   after that of the processes, CUT bytes
//                                                        into the next write
//   .../then/STEP/STATE                                  after a second one, of power
class Campaign {
 public:
  using Clock = std::chrono::steady_clock;

  Campaign(const Recording& recording, Tally& tally, std::vector<std::string>& failures,
           const Options& options);

  // All moments, in a random order; until then or as many failures as are wanted.
  void run(const Share& share, Clock::time_point deadline);
  // One state; false when there is none of that name.
  bool replay(const std::string& name);

 private:
  // A machine after a death.
  struct Subject {
    std::string name;
    Storage storage;
    Persistence persistence;
    Expectation expected;
    Step torn = {};  // What the storage has of the write in the middle of which it died.
  };

  Subject after_power_loss(std::size_t step, Persistence persistence,
                           const CrashState& state) const;
  void kill_at(std::size_t step, std::uint64_t cut, Subject& out) const;
  std::vector<CrashState> states_at(std::size_t step, Persistence persistence,
                                    Coverage coverage) const;
  void examine_moment(std::size_t step, Persistence persistence, const Share& share);
  void examine_kills(std::size_t step, const Share& share);
  // Nothing after a failure.
  std::optional<Aftermath> settle(const Subject& subject, Depth depth);
  Depth some_depth(const Share& share);
  // In the middle of what came after the first death.
  void die_again(const Subject& subject, const Aftermath& aftermath, std::size_t step,
                 const std::string& state_name);
  void die_again_anywhere(const Subject& subject, const Aftermath& aftermath, std::size_t times);
  void fail(const std::string& name, const std::string& what);
  bool is_over() const { return failures_.size() >= failures_max_; }

  const Recording& recording_;
  Tally& tally_;
  std::vector<std::string>& failures_;
  std::size_t failures_max_;
  std::mt19937_64 random_;
  std::vector<Storage> storages_[2];   // By persistence and step.
  std::vector<std::size_t> versions_;  // By step: which knowledge it is.
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace estream::prove::crash
