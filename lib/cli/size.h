#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::cli {

// A number of bytes: K M G T (or KiB MiB GiB TiB) count in 1024s, KB MB GB TB in 1000s, a bare
// number is bytes. 1.5G is taken, 1.5 is not.
Result<std::int64_t> parse_size(std::string_view text);

// A number of things: k is a thousand, M a million. 10k, 1.5M.
Result<std::int64_t> parse_count(std::string_view text);

// For people: "512 B", "1.9 MiB", "310 KiB". Never parsed.
std::string format_size(std::int64_t bytes);

// For people: "12 034". Never parsed.
std::string format_count(std::int64_t count);
// "1 batch", "12 034 batches".
std::string format_count(std::int64_t count, std::string_view one, std::string_view many);

}  // namespace estream::cli
