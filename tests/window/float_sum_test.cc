#include "window/float_sum.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "support/seed.h"
#include "window/long_decimal.h"
#include "window/nearest_double.h"
#include "window/random_numbers.h"

namespace estream::window {

static double rounded(const FloatSum& sum) {
  return nearest_double({.numerator = sum.total(), .exponent = sum.unit_exponent()});
}

static std::string saved(const FloatSum& sum) {
  std::string bytes;
  sum.save(bytes);
  return bytes;
}

static FloatSum sum_of(const std::vector<double>& values) {
  FloatSum sum(FloatSum::Of::values);
  for (const double value : values) sum.add(value);
  return sum;
}

TEST_CASE("nothing is lost in a sum of doubles") {
  CHECK(rounded(sum_of({1e308, 1, -1e308})) == 1);
  CHECK(rounded(sum_of({1e308, 1e308, -1e308})) == 1e308);
  CHECK(rounded(sum_of({5e-324, -1e308, 1e308})) == 5e-324);
  CHECK(rounded(sum_of({0.1, 0.2, -0.3})) == 0x1p-55);
  CHECK(rounded(sum_of({-1, 1})) == 0);
  CHECK(rounded(sum_of({-5e-324, -5e-324})) == -1e-323);
  CHECK(rounded(sum_of(std::vector<double>(100, 1e308))) == std::numeric_limits<double>::max());
}

TEST_CASE("a random sum of doubles is exact, however it is made") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int round = 0; round < 60; round++) {
    std::vector<double> values;
    LongDecimal expected;
    for (std::uint64_t i = random.below(12) + 1; i > 0; i--) {
      values.push_back(round % 2 == 0 ? random.any_double() : random.usual_double());
      if (random.below(5) == 0) values.push_back(-values.back());
    }
    for (const double value : values) expected = expected + LongDecimal::of(value);
    const FloatSum sum = sum_of(values);
    CHECK(rounded(sum) == expected.to_double());

    std::shuffle(values.begin(), values.end(), random.engine());
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(random.below(values.size()));
    FloatSum merged = sum_of({values.begin(), half});
    merged.add_all(sum_of({half, values.end()}));
    CHECK(saved(merged) == saved(sum));
    CHECK(merged.count() == sum.count());
  }
}

TEST_CASE("a sum grows beyond all doubles and comes back") {
  for (const double value : {1.0, -1.0, 0.75, -1e300}) {
    FloatSum sum = sum_of({value});
    const FloatSum opposite = sum_of({-value});
    for (int i = 1; i <= 60; i++) {
      const FloatSum same = sum;
      sum.add_all(same);
      BigInteger expected = sum_of({value}).total();
      expected <<= static_cast<std::size_t>(i);
      expected -= sum.total();
      CHECK(expected.is_zero());
    }
    sum = sum_of({value});
    for (int i = 0; i < 100; i++) sum.add(value);
    for (int i = 0; i < 101; i++) sum.add_all(opposite);
    CHECK(rounded(sum) == 0);
  }
}

TEST_CASE("what is taken out leaves nothing behind") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int round = 0; round < 200; round++) {
    const std::vector<double> kept = {random.usual_double(), random.any_double()};
    std::vector<double> values = kept;
    for (std::uint64_t i = 0; i < 6; i++) values.push_back(random.any_double());
    FloatSum sum = sum_of(values);
    for (std::size_t i = kept.size(); i < values.size(); i++) sum.remove(values[i]);
    CHECK(saved(sum) == saved(sum_of(kept)));
  }
}

TEST_CASE("a random sum of squares is exact") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int round = 0; round < 20; round++) {
    FloatSum sum(FloatSum::Of::squares);
    LongDecimal expected;
    for (std::uint64_t i = random.below(6) + 1; i > 0; i--) {
      const double value = round % 2 == 0 ? random.any_double() : random.usual_double();
      sum.add(value);
      expected = expected + LongDecimal::of(value) * LongDecimal::of(value);
    }
    CHECK(rounded(sum) == expected.to_double());
  }
}

TEST_CASE("a saved sum comes back, and a cut one does not") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int round = 0; round < 100; round++) {
    FloatSum sum = sum_of({random.any_double(), random.usual_double()});
    const std::string bytes = saved(sum);
    FloatSum loaded(FloatSum::Of::values);
    VarintCursor cursor(bytes);
    REQUIRE(loaded.load(cursor));
    CHECK(cursor.remaining() == 0);
    CHECK(saved(loaded) == bytes);
    loaded.add(1e300);
    sum.add(1e300);
    CHECK(saved(loaded) == saved(sum));
    for (std::size_t size = 0; size < bytes.size(); size++) {
      VarintCursor cut(std::string_view(bytes).substr(0, size));
      CHECK_FALSE(FloatSum(FloatSum::Of::values).load(cut));
    }
  }
}

}  // namespace estream::window
