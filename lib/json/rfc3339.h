#pragma once

#include <cstdint>
#include <string>

namespace estream::json {

// Appends the time as in 2025-11-23T13:03:00.250Z and returns true. If the year has more than four
// digits, returns false and appends nothing.
bool append_rfc3339(std::string& out, std::int64_t ms);

}  // namespace estream::json
