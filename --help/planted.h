#pragma once

#include <cstdlib>
#include <string_view>

namespace estream {

// Whether this run is to show what comes of the mistake of this name.
inline bool planted(std::string_view mistake) {
  static const char* const chosen = std::getenv("ESTREAM_PLANTED");
  return chosen != nullptr && mistake == chosen;
}

}  // namespace estream
