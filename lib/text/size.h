#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::text {

// A number of bytes: B; K M G T (or KiB MiB GiB TiB) in 1024s; KB MB GB TB in 1000s. A number
// without a unit is an error, because everybody guesses another one; but 0 needs none.
Result<std::int64_t> parse_size(std::string_view text);

// The same under a name that Kafka has too, such as segment.bytes: a bare number is bytes.
Result<std::int64_t> parse_kafka_size(std::string_view text);

// A number of things: k is a thousand, M a million. 10k, 1.5M.
Result<std::int64_t> parse_count(std::string_view text);

// For people, in one word: "512B", "1.9MiB", "310KiB". Never parsed.
std::string format_size(std::int64_t bytes);

// For people: "1 batch", "12034 batches". Digits are never grouped, here or elsewhere.
std::string format_count(std::int64_t count, std::string_view one, std::string_view many);

}  // namespace estream::text
