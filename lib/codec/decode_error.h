#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream {

// The errors that every decoder can meet, with the same words.

inline Error undecodable(std::string_view codec, std::string_view what) {
  return {Error::Code::corrupt, std::string(codec) + ": " + std::string(what)};
}

inline Error over_limit(std::string_view codec, std::size_t limit) {
  return undecodable(codec, "more than " + std::to_string(limit) + " bytes when decompressed");
}

}  // namespace estream
