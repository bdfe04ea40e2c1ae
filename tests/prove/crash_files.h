#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "support/memory_system.h"

// Which files there may be after a death.

namespace estream::prove::crash {

// Topics that were being made, and files that were being replaced, in the directory.
Result<std::int64_t> count_strays(io::MemorySystem& system, const char* path);
Result<void> check_no_strays(io::MemorySystem& system, const char* path);

// Every file of a partition is one of a segment, or one of the four that it has besides.
Result<void> check_names_of_partition(const std::vector<std::string>& names);

// What recovery cut off a log is in quarantine. The trees are by path.
Result<void> check_nothing_is_thrown_away(const std::map<std::string, std::string>& before,
                                          const std::map<std::string, std::string>& after);

}  // namespace estream::prove::crash
