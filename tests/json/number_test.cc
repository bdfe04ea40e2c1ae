#include "json/number.h"

#include <doctest/doctest.h>

#include <iterator>
#include <limits>

namespace estream::json {

constexpr std::int64_t int_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t uint_max = std::numeric_limits<std::uint64_t>::max();
constexpr double two_to_63 = 9223372036854775808.0;

static std::int64_t integer(std::int64_t value) { return value; }

TEST_CASE("numbers of all forms are ordered by what they stand for") {
  const Number ascending[] = {
      -1e300,
      Number(int_min),
      -1.5,
      integer(-1),
      -0.5,
      integer(0),
      0.5,
      integer(1),
      Number(int_max),
      Number(std::uint64_t{1} << 63),
      Number(uint_max),
      1e300,
  };
  for (std::size_t a = 0; a < std::size(ascending); a++) {
    for (std::size_t b = 0; b < std::size(ascending); b++) {
      CAPTURE(a);
      CAPTURE(b);
      CHECK(compare(ascending[a], ascending[b]) == (a <=> b));
    }
  }
}

TEST_CASE("numbers that a double cannot tell apart are still different") {
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  CHECK(compare(integer(odd), 9007199254740992.0) > 0);
  CHECK(compare(9007199254740992.0, integer(odd)) < 0);
  CHECK(compare(Number(int_max), two_to_63) < 0);
  CHECK(compare(Number(int_min), -two_to_63) == 0);
  CHECK(compare(Number(uint_max), 2 * two_to_63) < 0);
  CHECK(compare(Number(std::uint64_t{1} << 63), two_to_63) == 0);
}

TEST_CASE("a zero is a zero whatever its form and sign") {
  CHECK(compare(integer(0), -0.0) == 0);
  CHECK(compare(0.0, -0.0) == 0);
}

TEST_CASE("integers are calculated exactly while they fit") {
  const Number odd = Number((std::int64_t{1} << 53) + 1);
  CHECK(compare(*calculate(Arithmetic::add, odd, integer(2)), integer((1LL << 53) + 3)) == 0);
  CHECK(compare(*calculate(Arithmetic::subtract, odd, integer(1)), integer(1LL << 53)) == 0);
  CHECK(compare(*calculate(Arithmetic::multiply, integer(3), odd),
                integer(3 * ((1LL << 53) + 1))) == 0);
  CHECK(compare(*calculate(Arithmetic::divide, integer(6), integer(3)), integer(2)) == 0);
}

TEST_CASE("what does not fit an integer is calculated in doubles") {
  CHECK(compare(*calculate(Arithmetic::add, Number(int_max), integer(1)), two_to_63) == 0);
  CHECK(compare(*calculate(Arithmetic::divide, Number(int_min), integer(-1)), two_to_63) == 0);
  CHECK(compare(*calculate(Arithmetic::divide, integer(7), integer(2)), 3.5) == 0);
  CHECK(compare(*calculate(Arithmetic::multiply, Number(uint_max), 0.0), integer(0)) == 0);
}

TEST_CASE("calculating never leaves the range of doubles") {
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(compare(*calculate(Arithmetic::multiply, largest, 2.0), largest) == 0);
  CHECK(compare(*calculate(Arithmetic::subtract, -largest, largest), -largest) == 0);
  CHECK(!calculate(Arithmetic::divide, integer(1), integer(0)));
  CHECK(!calculate(Arithmetic::divide, 0.0, -0.0));
}

}  // namespace estream::json
