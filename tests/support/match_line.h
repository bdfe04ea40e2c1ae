#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rfc3339.h"

namespace estream::window {

// The line of a sequence without aggregates, as CollectedResults has it.
inline std::string match_line(const std::string& key, std::int64_t from, std::int64_t to,
                              const std::vector<std::string>& events, bool is_unmatched = false) {
  std::string list;
  for (const std::string& event : events) list += (list.empty() ? "" : ",") + event;
  return "f {\"key\":" + (key.empty() ? "null" : "\"" + key + "\"") + ",\"from\":\"" +
         rfc3339(from) + "\",\"to\":\"" + rfc3339(to) + "\",\"events\":[" + list + "]" +
         (is_unmatched ? ",\"unmatched\":true" : "") + "}";
}

}  // namespace estream::window
