#include "write/append_reach.h"

#include <fmt/format.h>

#include "text/size.h"

namespace estream::write {

namespace {

std::string describe_acknowledged(const AppendReach& reach) {
  if (reach.acknowledged_events == 0) return "no event is acknowledged";
  const std::string count = text::format_count(reach.acknowledged_events, "event", "events");
  if (reach.last_line.empty()) return "acknowledged " + count;
  return fmt::format("acknowledged {}, up to {}", count, reach.last_line);
}

std::string describe_rest(const AppendReach& reach, std::int64_t rest) {
  const std::string count = std::to_string(rest) + " more";
  if (!reach.is_certain)
    return fmt::format("up to {} may be stored without acknowledgement", count);
  return fmt::format("{} {} stored without acknowledgement", count, rest == 1 ? "is" : "are");
}

}  // namespace

std::optional<std::string> describe(const AppendReach& reach) {
  if (reach.decided_events > 0) {
    return "the next command that writes to the topic stores all " +
           text::format_count(reach.decided_events, "event", "events") +
           (reach.can_be_repeated ? "" : "; if you run it again, it stores them twice");
  }
  if (reach.stored_events == 0 && reach.acknowledged_events == 0) {
    if (!reach.is_all_or_none) return std::nullopt;
    return reach.is_certain ? "nothing was stored"
                            : "the events may come into the topic with its next writer";
  }
  std::string text = describe_acknowledged(reach);
  const std::int64_t rest = reach.stored_events - reach.acknowledged_events;
  if (rest > 0) text += "; " + describe_rest(reach, rest);
  if (reach.is_stopped) return text;
  if (reach.can_be_repeated)
    return text + "; if you run it again, it appends only the missing events";
  if (reach.is_expected_once)
    return text + "; if you run it again, it ends with exit status 1 if the events are stored";
  text += "; if you run it again with the same input, it stores them twice";
  if (reach.has_producer_option) text += " (give --producer NAME each time to avoid this)";
  return text;
}

}  // namespace estream::write
