#pragma once

#include <string>

namespace estream::tool {

// The libraries inside, for --version: "zstd 1.5.4, simdjson 3.0.1".
std::string versions_of_parts();

}  // namespace estream::tool
