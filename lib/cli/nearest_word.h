#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace estream::cli {

// The word that `text` is the beginning of or nearly is, as far as that is no guess; or nothing.
std::string nearest_word(std::string_view text, const std::vector<std::string>& words);

// How many letters must be changed, added, dropped or swapped with their neighbour to make one
// text of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace estream::cli
