#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace estream {

void assert_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "estream: bug at %s:%d: %s does not hold\n", file, line, condition);
  std::abort();
}

}  // namespace estream
