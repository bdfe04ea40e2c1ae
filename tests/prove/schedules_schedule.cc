#include "prove/schedules_schedule.h"

#include <fmt/format.h>

#include <cstdlib>

namespace estream::prove::interleave {

std::string Schedule::to_text() const {
  std::string text;
  for (const Deviation& deviation : deviations) {
    if (!text.empty()) text += ',';
    text += fmt::format("{}:{}{}", deviation.step, deviation.choice.is_kill ? "k" : "",
                        deviation.choice.process);
  }
  return text + '/' + static_cast<char>(ending);
}

std::optional<Schedule> Schedule::parse(std::string_view text) {
  Schedule schedule;
  const std::size_t slash = text.find('/');
  if (slash == text.npos || slash + 2 != text.size()) return std::nullopt;
  schedule.ending = static_cast<Ending>(text.back());
  std::string rest(text.substr(0, slash));
  const char* at = rest.c_str();
  while (*at != '\0') {
    char* after = nullptr;
    Deviation deviation = {.step = std::strtoll(at, &after, 10), .choice = {}};
    if (after == at || *after != ':') return std::nullopt;
    at = after + 1;
    if (*at == 'k') {
      deviation.choice.is_kill = true;
      at++;
    }
    deviation.choice.process = static_cast<int>(std::strtol(at, &after, 10));
    if (after == at || (*after != ',' && *after != '\0')) return std::nullopt;
    at = *after == ',' ? after + 1 : after;
    schedule.deviations.push_back(deviation);
  }
  return schedule;
}

// A schedule that was shortened may ask for what is not possible any more; then it is passed over.
std::optional<Choice> FollowSchedule::choose(const Decision& decision) {
  while (!is_behind_last() && schedule_.deviations[next_].step < decision.step) next_++;
  if (is_behind_last() || schedule_.deviations[next_].step != decision.step) {
    return decision.usual();
  }
  const Choice choice = schedule_.deviations[next_++].choice;
  const bool is_possible =
      choice.process >= 0 && choice.process < processes_max && decision.can_go_on(choice.process);
  return is_possible ? choice : decision.usual();
}

}  // namespace estream::prove::interleave
