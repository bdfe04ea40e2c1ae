#pragma once

#include <cstddef>

namespace estream::fuzz {

// How much memory was allocated at once, at most, since this was made, beyond what was there
// before. Counts only under the address sanitizer; 0 without it. One at a time.
class MemoryMeter {
 public:
  MemoryMeter();
  ~MemoryMeter();
  MemoryMeter(const MemoryMeter&) = delete;
  MemoryMeter& operator=(const MemoryMeter&) = delete;

  std::size_t peak_bytes() const;
};

}  // namespace estream::fuzz
