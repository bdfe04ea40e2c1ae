#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "prove/schedules_schedule.h"
#include "prove/schedules_trial.h"

namespace estream::prove::interleave {

using Clock = std::chrono::steady_clock;

// How often a schedule may do something else than go on with the process that runs.
struct Bounds {
  int preemptions = 0;
  int kills = 0;
};

// What was done, over all scenarios.
struct Figures {
  std::int64_t schedules = 0;  // Runs that came to an end and were judged.
  std::int64_t repeated = 0;   // Runs given up where they met a state that was looked at before.
  std::int64_t random = 0;     // Of the schedules.
  std::int64_t kills = 0;
  std::int64_t power_losses = 0;
  std::int64_t preemptions = 0;
  std::int64_t calls = 0;
  std::int64_t checked_again = 0;  // Run twice, and the same both times.
  std::size_t final_logs = 0;      // That were distinct.
};

// Searches the schedules of one scenario.
class Explorer {
 public:
  Explorer(Scheduler& scheduler, const Scenario& scenario, Figures& figures)
      : scheduler_(scheduler), scenario_(scenario), figures_(figures) {}
  ~Explorer() { figures_.final_logs += final_logs_.size(); }
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;

  std::size_t processes() const { return scenario_.processes.size(); }

  // Every schedule within the bounds, as far as it shows something new. False when that took
  // longer than until `deadline`, or there was a failure.
  bool exhaust(const Bounds& bounds, std::optional<Clock::time_point> deadline = {});
  // One schedule with random priorities, which change at a few random calls, and maybe a kill.
  void run_random(std::uint64_t seed);
  // The failure of this scenario, with the command that shows it again. There is at most one.
  const std::optional<std::string>& failure() const { return failure_; }

 private:
  class Search;
  class RandomPriorities;

  void learn_conflicts();
  void judge(const Schedule& schedule, const Trial& trial);
  void check_again(const Schedule& schedule, const Trial& trial);
  Trial follow(const Schedule& schedule);
  Schedule shorten(Schedule schedule);
  void fail(const Schedule& schedule, const Trial& trial);
  Ending next_ending();

  Scheduler& scheduler_;
  const Scenario& scenario_;
  Figures& figures_;
  Conflicts conflicts_;
  std::unordered_set<std::uint64_t> final_logs_;
  std::int64_t shared_calls_ = 100;  // In a run, about: where random changes are put.
  std::int64_t runs_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace estream::prove::interleave
