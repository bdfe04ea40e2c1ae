#pragma once

#include <span>

#include "fuzz/fuzz.h"

namespace estream::fuzz {

// A target inside the plain driver.
struct Target {
  const char* name;
  int (*run)(const std::uint8_t* data, std::size_t size);
  // Null where there is none.
  std::size_t (*mutate)(std::uint8_t* data, std::size_t size, std::size_t size_max, unsigned seed);
};

std::span<const Target> targets();

}  // namespace estream::fuzz
