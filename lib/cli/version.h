#pragma once

#include <string>

namespace estream::cli {

// The version, and the commit when the programs were built from a git tree: "0.1.0 (abc1234)". A
// commit that ends in "-dirty" had changes that were not committed.
std::string version();

}  // namespace estream::cli
