// Any bytes as a segment: see batch_promises.h.
#include "fuzz/batch_promises.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  estream::fuzz::check_segment({reinterpret_cast<const char*>(data), size});
  return 0;
}
