#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace estream {

// Where a random test starts: ESTREAM_TEST_SEED if it is set, a new number otherwise. The test puts
// it into CAPTURE, so that a failure tells how to see it again.
inline std::uint64_t test_seed() {
  const char* given = std::getenv("ESTREAM_TEST_SEED");
  return given != nullptr ? std::stoull(given) : std::random_device()();
}

}  // namespace estream
