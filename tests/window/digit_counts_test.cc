#include "window/digit_counts.h"

#include <doctest/doctest.h>

#include <string>

namespace estream::window {

TEST_CASE("the most digits are those of the numbers that are left") {
  DigitCounts counts;
  CHECK(counts.most() == 0);
  counts.add(2);
  counts.add(0);
  counts.add(18);
  counts.add(2);
  CHECK(counts.most() == 18);
  counts.remove(18);
  CHECK(counts.most() == 2);
  counts.remove(2);
  CHECK(counts.most() == 2);
  counts.remove(2);
  CHECK(counts.most() == 0);
  counts.remove(0);
  CHECK(counts.most() == 0);
}

TEST_CASE("counts are added, and do not wrap around") {
  // Of each number of digits the most that there may be.
  std::string bytes;
  for (int i = 0; i < fraction_digits_max; i++) bytes.append("\xfe\xff\xff\xff\x1f");
  DigitCounts full;
  VarintCursor cursor(bytes);
  REQUIRE(full.load(cursor));
  CHECK(cursor.remaining() == 0);
  full.add_all(full);
  full.add(18);
  CHECK(full.most() == 18);
  full.remove(18);
  std::string again;
  full.save(again);
  CHECK(again == bytes);
  bytes[0] = '\xff';
  VarintCursor negative(bytes);
  CHECK_FALSE(DigitCounts().load(negative));
}

}  // namespace estream::window
