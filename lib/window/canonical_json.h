#pragma once

#include <string>
#include <string_view>

namespace estream::window {

// A form of a JSON value that is the same for equal values, and only for these, to be hashed. It is
// no JSON. Equal are 1 and 1.0, "a" and "\u0061", and objects with the same members in another
// order; of a member that is repeated the last one counts. `json` must be valid.
std::string canonical_json(std::string_view json);

// Whether a value is its own canonical form. This is quick, and true for nearly all values.
bool is_canonical_json(std::string_view json);

}  // namespace estream::window
