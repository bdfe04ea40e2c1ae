#pragma once

namespace estream {

[[noreturn]] void assert_failed(const char* condition, const char* file, int line);

// For our own mistakes, and on in every build: a broken invariant must not reach the disk. What the
// world does wrong (input, disk, user) is an Error and never trips one of these.
#define ASSERT(condition) \
  ((condition) ? void() : ::estream::assert_failed(#condition, __FILE__, __LINE__))

}  // namespace estream
