#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/system.h"
#include "prove/schedules_actors.h"
#include "prove/schedules_history.h"

namespace estream::prove::interleave {

// Those who did something before the run or do it after it, beside the numbers of its processes.
enum Others : int { earlier_producer = -1, earlier_owner = -2, last_owner = -3 };

// A machine before a run: the partition "p", the empty directory "b", and "g", the directory of a
// consumer group.
struct Setting {
  std::map<std::string, std::string> files;  // By path; all of them durable.
  io::BootId boot_id = {};
  std::vector<std::pair<int, Event>> attempted;      // By whom.
  std::map<std::int64_t, std::string> acknowledged;  // Offset and value.
};

// Some processes at work on one partition.
struct Scenario {
  std::string name;
  History::Rules rules = {};
  Setting setting;
  std::vector<Act> processes;
  // When all have ended, another owner of the group goes on until so many events are done. 0: there
  // is no group.
  std::int64_t group_events = 0;
};

std::vector<Scenario> make_scenarios();
// Those of consumer groups, which make_scenarios() has, too.
void add_groups(std::vector<Scenario>& scenarios);

}  // namespace estream::prove::interleave
