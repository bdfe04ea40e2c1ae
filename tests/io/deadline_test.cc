#include "io/deadline.h"

#include <doctest/doctest.h>

using namespace estream::io;

TEST_CASE("a time after any duration is not before now") {
  CHECK(later_by(5, 7) == 12);
  CHECK(later_by(5, INT64_MAX - 5) == INT64_MAX);
  CHECK(later_by(5, INT64_MAX - 4) == INT64_MAX);
  CHECK(later_by(INT64_MAX, INT64_MAX) == INT64_MAX);
}

TEST_CASE("a wait is rounded up to milliseconds, and fits into what the kernel takes") {
  CHECK(poll_ms(0) == 0);
  CHECK(poll_ms(-5'000'000) == 0);
  CHECK(poll_ms(1) == 1);
  CHECK(poll_ms(1'000'000) == 1);
  CHECK(poll_ms(1'000'001) == 2);
  CHECK(poll_ms(std::int64_t{50} * 86'400 * 1'000'000'000) == INT32_MAX);
  CHECK(poll_ms(INT64_MAX) == INT32_MAX);
}
