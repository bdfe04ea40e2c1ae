#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace estream::write {

// How far a run that appends events came before it ended early. A person needs to know this before
// the run is repeated.
struct AppendReach {
  std::int64_t acknowledged_events = 0;
  // How many events are in the log, acknowledged or not. If not `is_certain`, they may be in the
  // log: after a failed sync or append, only a read of the log shows it.
  std::int64_t stored_events = 0;
  bool is_certain = true;
  // All events are stored, or none (--atomic). If they are decided, the next writer stores them.
  bool is_all_or_none = false;
  std::int64_t decided_events = 0;
  std::string last_line = {};  // The last acknowledged line, "stdin:17"; empty if unknown.
  // Whether another run with the same input appends only the missing events. If not, whether the
  // tool has an option --producer, with which it would.
  bool can_be_repeated = false;
  // Whether another run notices what is stored, and stores nothing then (--expect-last).
  bool is_expected_once = false;
  bool has_producer_option = false;
  bool is_stopped = false;  // The user stopped it, so no advice to run it again is needed.
};

// A sentence about it; nothing when no event can be in the log.
std::optional<std::string> describe(const AppendReach& reach);

}  // namespace estream::write
