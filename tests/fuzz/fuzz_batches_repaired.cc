// The same promises as in fuzz_batches.cc, for segments whose checksums are right.
#include "fuzz/batch_promises.h"
#include "fuzz/fuzz.h"
#include "fuzz/segment_mutator.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  estream::fuzz::check_segment({reinterpret_cast<const char*>(data), size});
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned seed) {
  return estream::fuzz::mutate_with_front(data, size, size_max, seed, 0);
}
