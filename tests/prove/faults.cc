// The suite `faults`: of each operation, each call fails in turn with each error that it can give,
// once and from then on, until a whole run meets no fault. These loops come in a random order, as
// many as there is time for; after all of them, two faults at a time, wherever.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "prove/faults_run.h"
#include "prove/suite.h"

namespace estream::prove {

namespace {

using namespace faults;

class FaultLoops {
 public:
  explicit FaultLoops(const Options& options)
      : options_(options), operations_(all_operations()), random_(options.seed) {}

  Outcome run() {
    const auto deadline = std::chrono::steady_clock::now() + options_.budget;
    if (!options_.replay.empty()) {
      replay();
    } else {
      run_loops(deadline);
      while (has_time(deadline)) run_compound();
    }
    return report();
  }

 private:
  using Moment = std::chrono::steady_clock::time_point;

  bool has_enough() const { return outcome_.failures.size() >= options_.failures_max; }
  bool has_time(Moment deadline) const {
    return !has_enough() && std::chrono::steady_clock::now() < deadline;
  }

  void replay() {
    const auto one = parse_case(options_.replay, operations_);
    if (one) {
      try_case(*one);
    } else {
      outcome_.failures.push_back(options_.replay + ": there is no such case");
    }
  }

  struct Loop {
    const Operation* operation;
    Planned first;
  };

  std::vector<Loop> all_loops() {
    std::vector<Loop> loops;
    for (const Operation& operation : operations_) {
      for (const Fault& fault : all_faults()) {
        loops.push_back({&operation, {&fault, 1, false}});
        if (fault.may_last) loops.push_back({&operation, {&fault, 1, true}});
      }
    }
    std::ranges::shuffle(loops, random_);
    return loops;
  }

  void run_loops(Moment deadline) {
    const std::vector<Loop> loops = all_loops();
    loops_ = static_cast<std::int64_t>(loops.size());
    for (const Loop& loop : loops) {
      if (!has_time(deadline)) return;
      run_loop(*loop.operation, loop.first);
      loops_done_++;
    }
  }

  void run_loop(const Operation& operation, Planned planned) {
    constexpr std::array ends = {End::kill, End::power, End::random_power};
    for (;; planned.nth++) {
      bool has_fired = false;
      for (const End end : ends) {
        // What a sync lost that said yes, no power may be taken from.
        const bool is_late = planned.fault->failed_sync == FailedSync::is_told_late;
        if (is_late && end != End::kill) continue;
        const std::uint64_t seed =
            end == End::random_power ? static_cast<std::uint64_t>(runs_ + 1) : 0;
        has_fired |= try_case({&operation, {planned}, end, seed});
      }
      if (!has_fired || has_enough()) return;
      sites_.emplace(operation.name, planned.fault->call, planned.nth);
      std::int64_t& most = calls_[{operation.name, planned.fault->call}];
      most = std::max(most, planned.nth);
    }
  }

  // Two faults, half of the time in a recovery of some wreck.
  void run_compound() {
    const bool is_recovery = random_() % 2 == 0;
    const Operation wreck = random_recovery(random_() % 100'000);
    const Operation& operation = is_recovery ? wreck : operations_[random_() % operations_.size()];
    Case one = {&operation, {}, static_cast<End>(random_() % 3), 1 + random_() % 1'000'000};
    const std::size_t count = is_recovery ? 1 + random_() % 2 : 2;
    while (one.faults.size() < count) {
      const Fault& fault = all_faults()[random_() % all_faults().size()];
      if (fault.failed_sync == FailedSync::is_told_late) continue;
      const auto most = calls_.find({is_recovery ? "recovery-power" : operation.name, fault.call});
      if (most == calls_.end()) continue;
      const auto nth =
          1 + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most->second));
      // Where nothing can be written any more, a failed sync cannot be noted (doc/reliability.md).
      const bool writes_nothing = fault.call == Call::write && fault.share == Share::nothing;
      const bool may_last = fault.may_last && !writes_nothing;
      one.faults.push_back({&fault, nth, may_last && random_() % 2 == 0});
    }
    try_case(one);
    compounds_++;
  }

  // Whether a fault fired.
  bool try_case(const Case& one) {
    const Verdict verdict = run_case(one);
    runs_++;
    fired_ += verdict.fired;
    if (verdict.fired > 0) (verdict.is_done ? done_ : reported_)++;
    if (verdict.fired == 0 && !verdict.is_done) {
      fail(one, {Harm::service, "an error without a fault"});
    }
    for (const Complaint& complaint : verdict.complaints) fail(one, complaint);
    return verdict.fired > 0;
  }

  void fail(const Case& one, const Complaint& complaint) {
    harms_.at(static_cast<std::size_t>(complaint.harm))++;
    outcome_.failures.push_back(fmt::format("{}: {}; estream_prove faults --replay '{}'",
                                            one.name(), complaint.text, one.name()));
  }

  Outcome report() {
    outcome_.count("operations", static_cast<std::int64_t>(operations_.size()));
    outcome_.count("loops, of one error in one operation", loops_);
    outcome_.count("loops that came to their end", loops_done_);
    outcome_.count("fault sites", static_cast<std::int64_t>(sites_.size()));
    outcome_.count("errors", static_cast<std::int64_t>(all_faults().size()));
    outcome_.count("runs", runs_);
    outcome_.count("of these with two faults or from a wreck", compounds_);
    outcome_.count("faults fired", fired_);
    outcome_.count("runs with a fault that were reported as failed", reported_);
    outcome_.count("runs with a fault that were done all the same", done_);
    for (std::size_t i = 0; i < harms_.size(); i++) outcome_.count(harm_names[i], harms_[i]);
    return std::move(outcome_);
  }

  const Options& options_;
  std::vector<Operation> operations_;
  std::mt19937_64 random_;
  Outcome outcome_;
  std::set<std::tuple<std::string, Call, std::int64_t>> sites_;
  std::map<std::pair<std::string, Call>, std::int64_t> calls_;
  std::int64_t loops_ = 0;
  std::int64_t loops_done_ = 0;
  std::int64_t runs_ = 0;
  std::int64_t compounds_ = 0;
  std::int64_t fired_ = 0;
  std::int64_t reported_ = 0;
  std::int64_t done_ = 0;
  std::array<std::int64_t, std::size(harm_names)> harms_ = {};
};

}  // namespace

Outcome fault_loops(const Options& options) { return FaultLoops(options).run(); }

}  // namespace estream::prove
