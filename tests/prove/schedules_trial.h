#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "prove/schedules_process.h"
#include "prove/schedules_scenarios.h"
#include "prove/schedules_schedule.h"
#include "prove/schedules_scheduler.h"

namespace estream::prove::interleave {

// One run of a scenario and what was found.
struct Trial {
  Scheduler::End end = Scheduler::End::all_ended;
  std::vector<std::string> complaints;
  std::uint64_t trace = 0;      // Of all calls and answers; equal runs have equal ones.
  std::uint64_t final_log = 0;  // A digest of the records that there are at the end.
  std::int64_t steps = 0;
};

using ShowCall = std::function<void(const std::string&)>;

// Runs the scenario on a machine of its own, and judges it unless the policy gives up.
Trial run_trial(Scheduler& scheduler, const Scenario& scenario, Policy& policy, Ending ending,
                Conflicts& conflicts, const ShowCall& show = {});

}  // namespace estream::prove::interleave
