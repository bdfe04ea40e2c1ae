#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace estream::json {

// How deep arrays and objects may be nested. Kafka's clients have no such limit, but JSON parsers
// have one, and this one is larger than most of them.
inline constexpr std::size_t depth_max = 1024;

struct Fault {
  std::size_t position = 0;  // In bytes, from 0.
  std::string_view reason;   // Of static duration.
};

// The first place where `text` is not a value of RFC 8259 in UTF-8; nothing when it is one. Strict
// and slow. simdjson decides what is JSON; this only finds the reason when simdjson refused a text.
std::optional<Fault> first_fault(std::string_view text, std::size_t depth_limit);

// The length of the UTF-8 character at `at`, 1 to 4, or 0 when there is no valid one. There must be
// a byte at `at`.
std::size_t utf8_length(std::string_view text, std::size_t at);

// The position after the number that begins at `at`, or `at` when no number begins there.
std::size_t number_end(std::string_view text, std::size_t at);

}  // namespace estream::json
