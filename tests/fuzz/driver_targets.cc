#include "fuzz/driver_targets.h"

// One program has all targets, so each of libFuzzer's functions goes by the name of its target in
// it; CMake sees to that and lists the targets.
extern "C" {
#define TARGET(name)                                                                           \
  int fuzz_##name##_run(const std::uint8_t* data, std::size_t size);                           \
  __attribute__((weak)) std::size_t fuzz_##name##_mutate(std::uint8_t* data, std::size_t size, \
                                                         std::size_t size_max, unsigned seed);
#include "fuzz_targets.inc"
#undef TARGET
}

namespace estream::fuzz {

namespace {

#define TARGET(name) {#name, fuzz_##name##_run, fuzz_##name##_mutate},
const Target all[] = {
#include "fuzz_targets.inc"
};
#undef TARGET

}  // namespace

std::span<const Target> targets() { return all; }

}  // namespace estream::fuzz
