#include "fuzz/fuzz.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace estream::fuzz {

namespace {

std::vector<Mark*>& registry() {
  static std::vector<Mark*> marks;
  return marks;
}

}  // namespace

void broken(const char* promise, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
  std::abort();
}

Mark::Mark(const char* target, const char* name) : target_(target), name_(name) {
  registry().push_back(this);
}

const std::vector<Mark*>& all_marks() { return registry(); }

}  // namespace estream::fuzz
