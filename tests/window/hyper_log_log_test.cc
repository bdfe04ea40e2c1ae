#include "window/hyper_log_log.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "support/seed.h"

namespace estream::window {

static std::string saved(const HyperLogLog& sketch) {
  std::string bytes;
  sketch.save(bytes);
  return bytes;
}

TEST_CASE("the error is that of the theory, for few and for many") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  // The mean of twenty estimates shows a bias that is too small for one: its standard error is
  // 0.8 % / sqrt(20).
  for (const int count : {100, 4'097, 12'000, 40'000, 60'000, 200'000}) {
    CAPTURE(count);
    double sum_of_errors = 0;
    for (int round = 0; round < 20; round++) {
      HyperLogLog sketch;
      for (int i = 0; i < count; i++) sketch.add({.low = random(), .high = 0});
      const double error = static_cast<double>(sketch.estimate()) / count - 1;
      CHECK(std::fabs(error) < 6 * 0.0082);
      sum_of_errors += error;
    }
    CHECK(std::fabs(sum_of_errors / 20) < 6 * 0.0082 / std::sqrt(20));
  }
}

TEST_CASE("no hashes are none, and the same hash counts once") {
  HyperLogLog sketch;
  CHECK(sketch.estimate() == 0);
  for (int i = 0; i < 1000; i++) sketch.add({.low = 12345, .high = 0});
  CHECK(sketch.estimate() == 1);
  HyperLogLog longest;
  longest.add({.low = 0, .high = 1});
  CHECK(saved(longest)[0] == 51);
}

TEST_CASE("parts together are the whole") {
  std::mt19937_64 random(7);
  HyperLogLog whole;
  HyperLogLog first;
  HyperLogLog second;
  for (int i = 0; i < 20'000; i++) {
    const Hash128 hash{.low = random(), .high = 0};
    whole.add(hash);
    (random() % 2 == 0 ? first : second).add(hash);
  }
  first.add_all(second);
  CHECK(saved(first) == saved(whole));
  CHECK(first.estimate() == whole.estimate());
  const std::string bytes = saved(whole);
  HyperLogLog loaded;
  VarintCursor cursor(bytes);
  REQUIRE(loaded.load(cursor));
  CHECK(saved(loaded) == bytes);
  CHECK(loaded.estimate() == whole.estimate());
}

TEST_CASE("registers that no hash has are refused, and full ones end no program") {
  std::string bytes = saved(HyperLogLog());
  for (char& byte : bytes) byte = 51;
  VarintCursor full(bytes);
  HyperLogLog sketch;
  CHECK(sketch.load(full));
  CHECK(sketch.estimate() > 0);
  bytes[100] = 52;
  VarintCursor wrong(bytes);
  CHECK_FALSE(HyperLogLog().load(wrong));
  VarintCursor cut(std::string_view(bytes).substr(1));
  CHECK_FALSE(HyperLogLog().load(cut));
}

}  // namespace estream::window
