#pragma once

namespace estream {

[[noreturn]] void assert_failed(const char* condition, const char* file, int line);

// For mistakes in the program itself. It is active in every build, because a broken invariant must
// not reach the disk. Problems of the input, the disk or the user are an Error, and never an
// ASSERT.
#define ASSERT(condition) \
  ((condition) ? void() : ::estream::assert_failed(#condition, __FILE__, __LINE__))

}  // namespace estream
