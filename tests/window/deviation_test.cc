#include "window/deviation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/seed.h"
#include "window/decimal_text.h"
#include "window/long_decimal.h"
#include "window/random_numbers.h"

namespace estream::window {

static Deviation deviation_of(const std::vector<std::string>& numbers) {
  Deviation deviation;
  for (const std::string& number : numbers) deviation.add(Quantity::parse(number));
  return deviation;
}

static std::string printed(const Deviation& deviation) {
  std::string text;
  deviation.append(text);
  return text;
}

static std::string saved(const Deviation& deviation) {
  std::string bytes;
  deviation.save(bytes);
  return bytes;
}

TEST_CASE("the deviation is that of a sample") {
  CHECK(printed(deviation_of({"2", "4", "4", "4", "5", "5", "7", "9"})) == "2.138089935299395");
  CHECK(printed(deviation_of({"1", "2"})) == "0.7071067811865476");
  CHECK(printed(deviation_of({"5", "5.0", "5e0"})) == "0");
  CHECK(printed(deviation_of({"5"})) == "null");
  CHECK(printed(deviation_of({})) == "null");
}

TEST_CASE("large values do not hide a small deviation") {
  CHECK(printed(deviation_of({"1000000000000001", "1000000000000002", "1000000000000003"})) == "1");
  CHECK(printed(deviation_of({"9999999999999999999999999998", "9999999999999999999999999999",
                              "9999999999999999999999999997"})) == "1");
  CHECK(printed(deviation_of({"0.1", "0.1", "0.1"})) == "0");
  CHECK(printed(deviation_of({"1e300", "1e300"})) == "0");
  CHECK(printed(deviation_of({"1e300", "-1e300"})) == "1.4142135623730952e+300");
  CHECK(printed(deviation_of({"1e308", "-1e308"})) == "1.4142135623730951e+308");
  CHECK(printed(deviation_of({"1e-320", "-1e-320"})) == "1.414e-320");
}

// Whether the double nearest to the root of `square` / `divisor` is `root`: the squares of the
// middles between it and its neighbours are on both sides.
static bool is_nearest_root(double root, const LongDecimal& square, std::uint64_t divisor) {
  const LongDecimal half("0.5");
  const LongDecimal factor(std::to_string(divisor));
  const auto middle_squared = [&](double neighbour) {
    const LongDecimal middle = (LongDecimal::of(root) + LongDecimal::of(neighbour)) * half;
    return middle * middle * factor;
  };
  const bool is_below = !(middle_squared(std::nextafter(root, HUGE_VAL)) < square);
  return is_below && (root == 0 || !(square < middle_squared(std::nextafter(root, 0))));
}

TEST_CASE("random deviations are exact, in any order and from any parts") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int round = 0; round < 200; round++) {
    std::vector<std::string> numbers;
    for (std::uint64_t i = random.below(10) + 2; i > 0; i--) {
      numbers.push_back(random.decimal());
      if (round % 4 == 0 && random.below(3) == 0) {
        numbers.emplace_back();
        append_double(numbers.back(), round % 8 == 0 ? random.any_double()
                                                     : std::ldexp(random.usual_double(), -80));
      }
    }
    LongDecimal sum;
    LongDecimal squares;
    for (const std::string& number : numbers) {
      const Quantity value = Quantity::parse(number);
      const LongDecimal exact =
          value.is_exact() ? LongDecimal(number) : LongDecimal::of(value.to_double());
      sum = sum + exact;
      squares = squares + exact * exact;
    }
    const Deviation deviation = deviation_of(numbers);
    const std::uint64_t count = numbers.size();
    const LongDecimal spread = squares * LongDecimal(std::to_string(count)) - sum * sum;
    CAPTURE(printed(deviation));
    CHECK(is_nearest_root(std::stod(printed(deviation)), spread, count * (count - 1)));

    std::shuffle(numbers.begin(), numbers.end(), random.engine());
    const auto half = numbers.begin() + static_cast<std::ptrdiff_t>(random.below(numbers.size()));
    Deviation merged = deviation_of({numbers.begin(), half});
    merged.add_all(deviation_of({half, numbers.end()}));
    CHECK(printed(merged) == printed(deviation));
    CHECK(saved(merged) == saved(deviation));
  }
}

TEST_CASE("sums that no values have are refused") {
  std::string bytes = saved(deviation_of({"1", "2"}));
  Deviation loaded;
  VarintCursor whole(bytes);
  CHECK(loaded.load(whole));
  // The sum of the squares is behind the count, the kind and the sum.
  constexpr std::size_t squares = 1 + 1 + 4 * 8;
  for (std::size_t i = squares; i < bytes.size(); i++) bytes[i] = 0;
  VarintCursor cursor(bytes);
  CHECK_FALSE(Deviation().load(cursor));
}

}  // namespace estream::window
