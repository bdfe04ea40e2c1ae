#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/varint.h"
#include "window/wide.h"

namespace estream::window {

// The bytes of a saved state. Numbers are varlongs; words, of which all bits matter, have 8 bytes.
void save_number(std::string& out, std::int64_t value);
void save_word(std::string& out, std::uint64_t value);
std::uint64_t load_word(VarintCursor& in);
// More events than there are; a few such numbers still add up.
inline constexpr std::int64_t count_max = std::int64_t{1} << 48;
// A number of events from `least` to count_max. For all others the cursor fails.
std::int64_t load_count(VarintCursor& in, std::int64_t least = 0);

void save_text(std::string& out, std::string_view text);
// The view is into the bytes.
std::string_view load_text(VarintCursor& in);
void save_optional(std::string& out, std::optional<std::string_view> text);
std::optional<std::string_view> load_optional(VarintCursor& in);

// Moves `bytes` behind what the cursor, which began at its beginning, has read.
inline void skip_what_was_read(std::string_view& bytes, const VarintCursor& in) {
  bytes.remove_prefix(bytes.size() - in.remaining());
}

template <std::size_t N>
void save_limbs(std::string& out, const Limbs<N>& limbs) {
  for (const std::uint64_t limb : limbs) save_word(out, limb);
}
template <std::size_t N>
bool load_limbs(VarintCursor& in, Limbs<N>& limbs) {
  for (std::uint64_t& limb : limbs) limb = load_word(in);
  return in.ok();
}

}  // namespace estream::window
