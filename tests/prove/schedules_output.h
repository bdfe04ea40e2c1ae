#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "prove/schedules_history.h"

namespace estream::prove::interleave {

// A group works on so many events at a time.
inline constexpr std::int64_t events_of_claim = 2;

// What a run of the group makes of an event: three records, which become one batch. They say of
// which event and of which run they are.
std::vector<Event> output_of(std::int64_t number, const std::string& stamp);

// How many events have their output in the log: no fewer than `least`, no more than `most`.
struct DoneEvents {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// The output of so many events was appended once, also where it is gone meanwhile; what is there is
// in the order of the events, and of one run for each claim.
void judge_output(const FinalLog& log, const DoneEvents& done, History& history);

}  // namespace estream::prove::interleave
