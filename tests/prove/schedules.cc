#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iostream>

#include "prove/schedules_explorer.h"
#include "prove/suite.h"

// What processes at work on one partition can do to one another: scenarios of two or three of them
// on a machine in memory, in every order of their calls that takes up to two preemptions, or one
// kill, and then in random ones.

namespace estream::prove {

namespace {

using namespace interleave;

void replay(const std::string& replayed, Scheduler& scheduler,
            const std::vector<Scenario>& scenarios, Outcome& outcome) {
  const std::size_t at = replayed.rfind('@');
  const auto schedule = at == replayed.npos
                            ? std::nullopt
                            : Schedule::parse(std::string_view(replayed).substr(at + 1));
  for (const Scenario& scenario : scenarios) {
    if (!schedule || scenario.name != replayed.substr(0, at)) continue;
    FollowSchedule policy(*schedule);
    Conflicts conflicts;
    const Trial trial = run_trial(scheduler, scenario, policy, schedule->ending, conflicts,
                                  [](const std::string& call) { std::cerr << call << "\n"; });
    outcome.count("steps", trial.steps);
    outcome.failures = trial.complaints;
    return;
  }
  outcome.failures.push_back(replayed + ": is not SCENARIO@SCHEDULE");
}

class Campaign {
 public:
  Campaign(const Options& options, Scheduler& scheduler, const std::vector<Scenario>& scenarios)
      : options_(options) {
    for (const Scenario& scenario : scenarios) {
      explorers_.emplace_back(scheduler, scenario, figures_);
    }
  }

  Outcome run() {
    const Clock::time_point end = Clock::now() + options_.budget;
    exhaust_small();
    const auto left = std::max(end - Clock::now(), Clock::duration::zero());
    exhaust_large(Clock::now() + left * 3 / 4);
    run_random(end);
    return outcome();
  }

 private:
  // Two preemptions of three processes are most of all schedules.
  void exhaust_small() {
    for (Explorer& explorer : explorers_) {
      if (explorer.processes() > 2) {
        one_preemption_ += explorer.exhaust({.preemptions = 1}) ? 1 : 0;
      } else {
        two_preemptions_ += explorer.exhaust({.preemptions = 2}) ? 1 : 0;
      }
      one_kill_ += explorer.exhaust({.kills = 1}) ? 1 : 0;
    }
    one_preemption_ += two_preemptions_;
  }

  void exhaust_large(Clock::time_point end) {
    for (Explorer& explorer : explorers_) {
      if (Clock::now() >= end) return;
      if (explorer.processes() <= 2) continue;
      two_preemptions_ += explorer.exhaust({.preemptions = 2}, end) ? 1 : 0;
    }
    for (Explorer& explorer : explorers_) {
      if (Clock::now() >= end) return;
      kill_and_preemption_ += explorer.exhaust({.preemptions = 1, .kills = 1}, end) ? 1 : 0;
    }
  }

  void run_random(Clock::time_point end) {
    for (std::uint64_t round = 0; Clock::now() < end; round++) {
      for (Explorer& explorer : explorers_) {
        if (!explorer.failure()) explorer.run_random(mix(options_.seed, round));
      }
    }
  }

  Outcome outcome() {
    Outcome outcome;
    for (const Explorer& explorer : explorers_) {
      const bool has_room = outcome.failures.size() < options_.failures_max;
      if (explorer.failure() && has_room) outcome.failures.push_back(*explorer.failure());
    }
    outcome.count("scenarios", static_cast<std::int64_t>(explorers_.size()));
    outcome.count("exhausted with a preemption", one_preemption_);
    outcome.count("exhausted with two preemptions", two_preemptions_);
    outcome.count("exhausted with a kill", one_kill_);
    outcome.count("exhausted with a kill and a preemption", kill_and_preemption_);
    explorers_.clear();
    outcome.count("schedules explored", figures_.schedules);
    outcome.count("of them random", figures_.random);
    outcome.count("given up in a known state", figures_.repeated);
    outcome.count("preemptions and other switches", figures_.preemptions);
    outcome.count("kills", figures_.kills);
    outcome.count("power losses at the end", figures_.power_losses);
    outcome.count("calls", figures_.calls);
    outcome.count("run twice and the same", figures_.checked_again);
    outcome.count("distinct final logs", static_cast<std::int64_t>(figures_.final_logs));
    return outcome;
  }

  const Options& options_;
  Figures figures_;
  std::deque<Explorer> explorers_;
  std::int64_t one_preemption_ = 0;  // Scenarios, each.
  std::int64_t two_preemptions_ = 0;
  std::int64_t one_kill_ = 0;
  std::int64_t kill_and_preemption_ = 0;
};

}  // namespace

Outcome schedules(const Options& options) {
  Scheduler scheduler;
  const std::vector<Scenario> scenarios = make_scenarios();
  Outcome outcome;
  if (!options.replay.empty()) {
    replay(options.replay, scheduler, scenarios, outcome);
    return outcome;
  }
  return Campaign(options, scheduler, scenarios).run();
}

}  // namespace estream::prove
