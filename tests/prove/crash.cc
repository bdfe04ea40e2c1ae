// Deaths at every step of some work on a partition: what each may leave on the device, and whether
// readers and writers that come after it keep what was promised (reliability.md 4.1).
#include <fmt/format.h>

#include <string>

#include "prove/crash_campaign.h"
#include "prove/suite.h"

namespace estream::prove {

namespace {

using namespace crash;

class CrashSuite {
 public:
  explicit CrashSuite(const Options& options) : options_(options) {}

  Outcome run() {
    if (!options_.replay.empty()) {
      replay();
      return std::move(outcome_);
    }
    const auto deadline = Campaign::Clock::now() + options_.budget;
    // The fixed part: everywhere the plainest states, and some of the others.
    constexpr auto never = Campaign::Clock::time_point::max();
    work_on(plan_name("mixed", 0), {.one_of = 60, .nested = 1, .rerun_one_of = 20}, never);
    work_on(plan_name("none", 0), {.one_of = 200, .nested = 0, .rerun_one_of = 40}, never);
    for (const char* levels : level_names) {
      work_on(plan_name(levels, 0), {.nested = 4}, deadline);
    }
    for (std::uint64_t seed = options_.seed; Campaign::Clock::now() < deadline; seed++) {
      const char* levels = level_names.at(seed % level_names.size());
      work_on(plan_name(levels, seed), {.one_of = 5, .nested = 2}, deadline);
    }
    count();
    return std::move(outcome_);
  }

 private:
  void work_on(const std::string& name, const Share& share, Campaign::Clock::time_point deadline) {
    if (outcome_.failures.size() >= options_.failures_max || Campaign::Clock::now() >= deadline)
      return;
    const auto plan = plan_named(name);
    const auto recording = record(*plan);
    if (!recording) {
      outcome_.failures.push_back(fmt::format("{}: {}; estream_prove crash --replay {}/none/0/none",
                                              name, recording.error().message, name));
      return;
    }
    plans_++;
    interruptions_ += static_cast<std::int64_t>(recording->interruptions);
    removed_segments_ += static_cast<std::int64_t>(recording->removed_segments);
    removed_records_ += recording->removed_records;
    Campaign(*recording, tally_, outcome_.failures, options_).run(share, deadline);
  }

  void replay() {
    const std::string name = options_.replay.substr(0, options_.replay.find('/'));
    const auto plan = plan_named(name);
    if (!plan) {
      outcome_.failures.push_back(name + ": no such plan");
      return;
    }
    const auto recording = record(*plan);
    if (!recording) {
      outcome_.failures.push_back(name + ": " + recording.error().message);
      return;
    }
    Campaign campaign(*recording, tally_, outcome_.failures, options_);
    if (!campaign.replay(options_.replay)) {
      outcome_.failures.push_back(options_.replay + ": no such state");
    }
  }

  void count() {
    outcome_.count("workloads", plans_);
    outcome_.count("steps", tally_.steps);
    outcome_.count("states built", tally_.built);
    outcome_.count("distinct states after a loss of power", tally_.states);
    outcome_.count("states after a kill", tally_.kills);
    outcome_.count("states after a second loss of power", tally_.nested);
    outcome_.count("torn tails cut off", tally_.torn_tails);
    outcome_.count("recoveries that missed records", tally_.lost_records);
    outcome_.count("commands run again", tally_.reruns);
    outcome_.count("leftovers removed", tally_.leftovers);
    outcome_.count("appends in the middle of a sync or compaction", interruptions_);
    outcome_.count("segments removed by retention", removed_segments_);
    outcome_.count("records removed by compaction", removed_records_);
  }

  const Options& options_;
  Outcome outcome_;
  Tally tally_;
  std::int64_t plans_ = 0;
  std::int64_t interruptions_ = 0;
  std::int64_t removed_segments_ = 0;
  std::int64_t removed_records_ = 0;
};

}  // namespace

Outcome crash_states(const Options& options) { return CrashSuite(options).run(); }

}  // namespace estream::prove
