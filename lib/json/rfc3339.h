#pragma once

#include <cstdint>
#include <string>

namespace estream::json {

// Appends 2025-11-23T13:03:00.250Z and answers true, or answers false and appends nothing when the
// year would not fit in four digits.
bool append_rfc3339(std::string& out, std::int64_t ms);

}  // namespace estream::json
