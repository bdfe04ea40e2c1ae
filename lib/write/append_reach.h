#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace estream::write {

// How far a run came that appends events and ends before its input does: what a person needs to
// know before running it again.
struct AppendReach {
  std::int64_t acknowledged_events = 0;
  // In the log, acknowledged or not; or, if not `is_certain`, perhaps: after a failed sync or a
  // failed append nobody knows until the log is read.
  std::int64_t stored_events = 0;
  bool is_certain = true;
  std::string last_line = {};  // "stdin:17", the last one acknowledged; empty if unknown.
  // Whether another run with the same input appends only what is missing, and else whether there is
  // a --producer that would make it so.
  bool can_be_repeated = false;
  bool has_producer_option = false;
  bool is_stopped = false;  // By somebody who knows: no word about running it again.
};

// A sentence of it; nothing when nothing can be in the log.
std::optional<std::string> describe(const AppendReach& reach);

}  // namespace estream::write
