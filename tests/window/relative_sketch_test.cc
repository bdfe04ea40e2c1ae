#include "window/relative_sketch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support/seed.h"
#include "window/state_bytes.h"

namespace estream::window {

static RelativeSketch sketch_of(const std::vector<double>& values) {
  RelativeSketch sketch;
  for (const double value : values) sketch.add(value);
  return sketch;
}

static std::string saved(const RelativeSketch& sketch) {
  std::string bytes;
  sketch.save(bytes);
  return bytes;
}

// Values of one of several kinds, of which some are negative or zero.
static std::vector<double> random_values(std::mt19937_64& random, int kind) {
  std::vector<double> values(2000 + random() % 2000);
  std::lognormal_distribution<double> latency(3, 2);
  std::normal_distribution<double> around_zero(0, 10);
  std::uniform_real_distribution<double> exponent(-300, 300);
  for (double& value : values) {
    if (kind == 0) value = latency(random);
    if (kind == 1) value = around_zero(random);
    if (kind == 2) value = static_cast<double>(random() % 5) - 2;
    if (kind == 3) value = std::pow(10, exponent(random)) * (random() % 2 == 0 ? 1 : -1);
  }
  return values;
}

TEST_CASE("each rank is answered with at most 1 % of error") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int kind = 0; kind < 4; kind++) {
    CAPTURE(kind);
    std::vector<double> values = random_values(random, kind);
    const RelativeSketch sketch = sketch_of(values);
    std::ranges::sort(values);
    double last = -HUGE_VAL;
    for (std::size_t i = 0; i < values.size(); i += 7) {
      const double estimate = sketch.at(static_cast<std::int64_t>(i + 1));
      CAPTURE(values[i]);
      CHECK(std::fabs(estimate - values[i]) <= 0.01 * std::fabs(values[i]));
      CHECK(estimate >= last);
      last = estimate;
    }
  }
}

TEST_CASE("both ends of a bucket are near to its middle") {
  for (double start = 1; start < 2; start += 1.0 / 64) {
    const double end = std::nextafter(start + 1.0 / 64, 0);
    const RelativeSketch sketch = sketch_of({0.5, start, end, 3});
    CHECK(sketch.at(2) == sketch.at(3));
    CHECK(sketch.at(2) - start <= 0.009 * start);
    CHECK(end - sketch.at(3) <= 0.009 * end);
  }
}

TEST_CASE("no answer is outside of the values") {
  CHECK(sketch_of({22.1, 22.1, 22.1}).at(2) == 22.1);
  CHECK(sketch_of({-7.3, -7.3}).at(1) == -7.3);
  CHECK(sketch_of({0, 0, 0}).at(3) == 0);
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(sketch_of({-largest, largest}).at(1) <= -0.99 * largest);
  CHECK(sketch_of({-largest, largest}).at(2) >= 0.99 * largest);
  CHECK(sketch_of({5e-324, 5e-324}).at(2) == 5e-324);
}

TEST_CASE("an estimate has few digits") {
  CHECK(sketch_of({1, 12.3456789, 100}).at(2) == 12.31);
  CHECK(sketch_of({1, 123456789, 1e9}).at(2) == 123200000);
}

TEST_CASE("a sketch does not depend on the order of the values, or on the parts it is made of") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int kind = 0; kind < 4; kind++) {
    CAPTURE(kind);
    std::vector<double> values = random_values(random, kind);
    const std::string expected = saved(sketch_of(values));
    std::ranges::sort(values);
    CHECK(saved(sketch_of(values)) == expected);
    std::ranges::reverse(values);
    CHECK(saved(sketch_of(values)) == expected);
    std::ranges::shuffle(values, random);
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(random() % values.size());
    RelativeSketch merged = sketch_of({values.begin(), half});
    merged.add_all(sketch_of({half, values.end()}));
    CHECK(saved(merged) == expected);
    CHECK(merged.count() == std::ssize(values));
  }
}

TEST_CASE("a saved sketch comes back, and a cut one does not") {
  const std::string bytes = saved(sketch_of({-3, 0, 0, 1, 1.01, 5e9, 1e-300}));
  RelativeSketch loaded;
  VarintCursor cursor(bytes);
  REQUIRE(loaded.load(cursor));
  CHECK(cursor.remaining() == 0);
  CHECK(saved(loaded) == bytes);
  CHECK(loaded.count() == 7);
  for (std::size_t size = 0; size < bytes.size(); size++) {
    VarintCursor cut(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(RelativeSketch().load(cut));
  }
}

TEST_CASE("a bucket that no double has is refused before it takes memory") {
  std::string bytes;
  save_number(bytes, 0);
  save_word(bytes, 0);
  save_word(bytes, 0);
  save_number(bytes, 1);
  const auto load = [&bytes](std::int64_t bucket) {
    std::string row = bytes;
    save_number(row, bucket);
    save_number(row, 1);
    save_number(row, 0);
    VarintCursor cursor(row);
    return RelativeSketch().load(cursor);
  };
  CHECK(load((0x7FF << 6) - 1));
  CHECK_FALSE(load(0x7FF << 6));
  CHECK_FALSE(load(std::int64_t{1} << 45));
}

}  // namespace estream::window
