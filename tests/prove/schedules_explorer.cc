#include "prove/schedules_explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace estream::prove::interleave {

namespace {

constexpr int learning_runs = 40;
constexpr std::int64_t runs_between_checks = 64;
constexpr int changes_max = 5;

struct Branch {
  Schedule schedule;
  Bounds left;
};

}  // namespace

// Follows a schedule and then notes where else it could have gone. Gives up where an earlier run
// was in the same state with as much left to try.
class Explorer::Search : public FollowSchedule {
 public:
  using Seen = std::unordered_map<std::uint64_t, unsigned>;

  Search(const Branch& branch, Seen& seen, std::vector<Branch>& branches)
      : FollowSchedule(branch.schedule), branch_(branch), seen_(seen), branches_(branches) {}

  std::optional<Choice> choose(const Decision& decision) override {
    if (!is_behind_last()) return FollowSchedule::choose(decision);
    const bool is_point = !decision.may_continue || decision.is_shared ||
                          (decision.is_change && branch_.left.kills > 0);
    if (!is_point) return decision.usual();
    if (was_here(decision)) return std::nullopt;
    branch_off(decision);
    return decision.usual();
  }

 private:
  bool was_here(const Decision& decision) {
    std::uint64_t key = mix(decision.state, static_cast<std::uint64_t>(decision.current + 1));
    key = mix(key, decision.enabled | (decision.may_continue ? 1U << 8 : 0) |
                       (decision.is_sleep ? 1U << 9 : 0));
    unsigned& visits = seen_[key];
    for (int preemptions = branch_.left.preemptions; preemptions < 4; preemptions++) {
      for (int kills = branch_.left.kills; kills < 2; kills++) {
        if ((visits >> (preemptions * 2 + kills) & 1U) != 0) return true;
      }
    }
    visits |= 1U << (branch_.left.preemptions * 2 + branch_.left.kills);
    return false;
  }

  void branch_off(const Decision& decision) {
    const Choice usual = decision.usual();
    const int price = decision.may_continue || decision.is_sleep ? 1 : 0;
    for (int process = 0; process < processes_max; process++) {
      if (!decision.can_go_on(process)) continue;
      const bool is_worth_it = !decision.may_continue || decision.is_shared;
      if (process != usual.process && is_worth_it && branch_.left.preemptions >= price) {
        add(decision, {process, false}, {branch_.left.preemptions - price, branch_.left.kills});
      }
      const bool has_begun = (decision.begun >> process & 1U) != 0;
      const bool may_die = decision.may_continue ? process == decision.current && decision.is_change
                                                 : has_begun && process != decision.current;
      if (may_die && branch_.left.kills > 0) {
        add(decision, {process, true}, {branch_.left.preemptions, branch_.left.kills - 1});
      }
    }
  }

  void add(const Decision& decision, const Choice& choice, const Bounds& left) {
    Branch branch = {branch_.schedule, left};
    branch.schedule.deviations.push_back({decision.step, choice});
    branches_.push_back(std::move(branch));
  }

  const Branch& branch_;
  Seen& seen_;
  std::vector<Branch>& branches_;
};

// Probabilistic concurrency testing: the process with the highest priority runs, and at a few calls
// the one that runs gets the lowest.
class Explorer::RandomPriorities : public Policy {
 public:
  RandomPriorities(std::uint64_t seed, std::int64_t shared_calls) : random_(seed) {
    std::iota(priorities_.begin(), priorities_.end(), 0);
    std::ranges::shuffle(priorities_, random_);
    const auto range = static_cast<std::uint64_t>(std::max<std::int64_t>(shared_calls, 1));
    for (auto changes = 1 + random_() % changes_max; changes > 0; changes--) {
      changes_.push_back(static_cast<std::int64_t>(random_() % range));
    }
    if (random_() % 2 == 0) kill_at_ = static_cast<std::int64_t>(random_() % range);
  }

  std::optional<Choice> choose(const Decision& decision) override {
    if (decision.is_sleep) lower(decision.current);
    const bool is_counted = decision.may_continue && (decision.is_shared || decision.is_change);
    if (is_counted) {
      if (std::ranges::find(changes_, calls_) != changes_.end()) lower(decision.current);
      const bool kills = calls_ == kill_at_ && decision.is_change;
      // A call that cannot be cut short: the next one.
      if (calls_ == kill_at_ && !kills) kill_at_++;
      calls_++;
      if (kills) return note(decision, {decision.current, true});
    }
    int best = -1;
    for (int process = 0; process < processes_max; process++) {
      if (!decision.can_go_on(process)) continue;
      if (best < 0 || priority(process) > priority(best)) best = process;
    }
    return note(decision, {best, false});
  }

  const Schedule& schedule() const { return schedule_; }
  void set_ending(Ending ending) { schedule_.ending = ending; }
  std::int64_t calls() const { return calls_; }

 private:
  int priority(int process) const { return priorities_.at(static_cast<std::size_t>(process)); }
  void lower(int process) { priorities_.at(static_cast<std::size_t>(process)) = --lowest_; }

  Choice note(const Decision& decision, const Choice& choice) {
    if (choice != decision.usual()) schedule_.deviations.push_back({decision.step, choice});
    return choice;
  }

  std::mt19937_64 random_;
  std::array<int, processes_max> priorities_ = {};
  int lowest_ = 0;
  std::vector<std::int64_t> changes_;
  std::int64_t kill_at_ = -1;
  std::int64_t calls_ = 0;
  Schedule schedule_;
};

Ending Explorer::next_ending() {
  constexpr Ending endings[] = {Ending::goes_on, Ending::power_loss, Ending::partial_power_loss};
  return endings[runs_ % 3];
}

Trial Explorer::follow(const Schedule& schedule) {
  FollowSchedule policy(schedule);
  return run_trial(scheduler_, scenario_, policy, schedule.ending, conflicts_);
}

void Explorer::judge(const Schedule& schedule, const Trial& trial) {
  runs_++;
  figures_.calls += trial.steps;
  if (trial.end == Scheduler::End::given_up) {
    figures_.repeated++;
    return;
  }
  figures_.schedules++;
  for (const Schedule::Deviation& deviation : schedule.deviations) {
    (deviation.choice.is_kill ? figures_.kills : figures_.preemptions)++;
  }
  if (schedule.ending != Ending::goes_on) figures_.power_losses++;
  final_logs_.insert(trial.final_log);
  if (!trial.complaints.empty()) return fail(schedule, trial);
  if (figures_.schedules % runs_between_checks == 0) check_again(schedule, trial);
}

void Explorer::check_again(const Schedule& schedule, const Trial& trial) {
  const Trial again = follow(schedule);
  figures_.checked_again++;
  if (again.trace == trial.trace && again.final_log == trial.final_log) return;
  failure_ = fmt::format("{}: the same schedule gave another run; --replay '{}@{}'", scenario_.name,
                         scenario_.name, schedule.to_text());
}

// Leaves out what the failure does not need.
Schedule Explorer::shorten(Schedule schedule) {
  for (std::size_t i = schedule.deviations.size(); i-- > 0;) {
    Schedule shorter = schedule;
    shorter.deviations.erase(shorter.deviations.begin() + static_cast<std::ptrdiff_t>(i));
    if (!follow(shorter).complaints.empty()) schedule = std::move(shorter);
  }
  return schedule;
}

void Explorer::fail(const Schedule& schedule, const Trial& trial) {
  const Schedule shorter = shorten(schedule);
  const Trial again = follow(shorter);
  const auto& complaints = again.complaints.empty() ? trial.complaints : again.complaints;
  failure_ = fmt::format("{}: {}; estream_prove schedules --replay '{}@{}'", scenario_.name,
                         fmt::join(complaints, "; "), scenario_.name, shorter.to_text());
}

void Explorer::learn_conflicts() {
  for (int seed = 0; seed < learning_runs && !failure_; seed++) {
    run_random(static_cast<std::uint64_t>(seed));
  }
}

bool Explorer::exhaust(const Bounds& bounds, std::optional<Clock::time_point> deadline) {
  if (failure_) return false;
  if (runs_ == 0) learn_conflicts();
  for (;;) {
    const std::int64_t version = conflicts_.version();
    Search::Seen seen;
    std::vector<Branch> branches = {{Schedule{}, bounds}};
    while (!branches.empty() && !failure_) {
      if (deadline && Clock::now() >= *deadline) return false;
      Branch branch = std::move(branches.back());
      branches.pop_back();
      branch.schedule.ending = next_ending();
      Search policy(branch, seen, branches);
      const Trial trial =
          run_trial(scheduler_, scenario_, policy, branch.schedule.ending, conflicts_);
      judge(branch.schedule, trial);
    }
    // More is shared than was known: there are more places to stop a process at.
    if (failure_ || conflicts_.version() == version) return !failure_;
  }
}

void Explorer::run_random(std::uint64_t seed) {
  RandomPriorities policy(mix(seed, scenario_.name), shared_calls_);
  const Ending ending = next_ending();
  policy.set_ending(ending);
  const Trial trial = run_trial(scheduler_, scenario_, policy, ending, conflicts_);
  shared_calls_ = std::max(shared_calls_ * 9 / 10, policy.calls());
  figures_.random++;
  judge(policy.schedule(), trial);
}

}  // namespace estream::prove::interleave
