#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "io/system.h"
#include "prove/schedules_actors.h"
#include "prove/schedules_history.h"

namespace estream::prove::interleave {

// A machine before a run: the partition "p" and the empty directory "b".
struct Setting {
  std::map<std::string, std::string> files;  // By path; all of them durable.
  io::BootId boot_id = {};
  std::vector<Event> attempted;
  std::map<std::int64_t, std::string> acknowledged;  // Offset and value.
};

// Some processes at work on one partition.
struct Scenario {
  std::string name;
  History::Rules rules = {};
  Setting setting;
  std::vector<Act> processes;
};

std::vector<Scenario> make_scenarios();

}  // namespace estream::prove::interleave
