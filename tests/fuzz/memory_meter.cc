#include "fuzz/memory_meter.h"

#include <algorithm>
#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ESTREAM_HAS_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ESTREAM_HAS_ASAN 1
#endif

#ifdef ESTREAM_HAS_ASAN
// Of <sanitizer/allocator_interface.h>, which g++ does not install.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                              void (*on_free)(const volatile void*));
std::size_t __sanitizer_get_allocated_size(const volatile void* memory);
}
#endif

namespace estream::fuzz {

namespace {

bool is_counting = false;
std::int64_t live_bytes = 0;
std::int64_t peak = 0;

#ifdef ESTREAM_HAS_ASAN
void on_malloc(const volatile void*, std::size_t bytes) {
  if (!is_counting) return;
  live_bytes += static_cast<std::int64_t>(bytes);
  peak = std::max(peak, live_bytes);
}

void on_free(const volatile void* memory) {
  if (!is_counting || memory == nullptr) return;
  live_bytes -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(memory));
}
#endif

}  // namespace

MemoryMeter::MemoryMeter() {
#ifdef ESTREAM_HAS_ASAN
  [[maybe_unused]] static const int installed =
      __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
#endif
  live_bytes = peak = 0;
  is_counting = true;
}

MemoryMeter::~MemoryMeter() { is_counting = false; }

std::size_t MemoryMeter::peak_bytes() const { return static_cast<std::size_t>(peak); }

}  // namespace estream::fuzz
