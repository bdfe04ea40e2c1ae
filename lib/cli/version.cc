#include "cli/version.h"

#include <string_view>

#include "commit.h"  // Made by version.cmake.

#ifndef ESTREAM_VERSION
#error "the build defines ESTREAM_VERSION"
#endif

namespace estream::cli {

std::string version() {
  std::string text = ESTREAM_VERSION;
  constexpr std::string_view commit = ESTREAM_COMMIT;
  if (!commit.empty()) text.append(" (").append(commit).append(")");
  return text;
}

}  // namespace estream::cli
