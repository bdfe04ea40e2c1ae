#pragma once

#include <initializer_list>
#include <string>

#include "base/result.h"

namespace estream::tool {

// An option, and whether it was given.
struct GivenFlag {
  bool is_given;
  const char* name;
};

// Error::Code::usage, "option --x: needs NEEDED", when one of the options was given and what they
// need is not there.
inline Result<void> check_needed(bool is_there, const char* needed,
                                 std::initializer_list<GivenFlag> options) {
  if (is_there) return {};
  for (const GivenFlag& option : options) {
    if (!option.is_given) continue;
    return Error{Error::Code::usage, std::string("option ") + option.name + ": needs " + needed};
  }
  return {};
}

}  // namespace estream::tool
