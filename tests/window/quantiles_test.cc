#include "window/quantiles.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

namespace estream::window {

static Quantiles quantiles_of(const std::vector<std::string>& numbers) {
  Quantiles quantiles;
  for (const std::string& number : numbers) quantiles.add(Quantity::parse(number));
  return quantiles;
}

static std::string printed(const Quantiles& quantiles, unsigned per_mille) {
  std::string text;
  quantiles.append(text, per_mille);
  return text;
}

static std::string saved(const Quantiles& quantiles) {
  std::string bytes;
  quantiles.save(bytes);
  return bytes;
}

static std::vector<std::string> integers(int first, int last) {
  std::vector<std::string> numbers;
  for (int i = first; i <= last; i++) numbers.push_back(std::to_string(i));
  return numbers;
}

TEST_CASE("a percentile is the value of the nearest rank") {
  const Quantiles hundred = quantiles_of(integers(1, 100));
  CHECK(printed(hundred, 500) == "50");
  CHECK(printed(hundred, 950) == "95");
  CHECK(printed(hundred, 990) == "99");
  CHECK(printed(hundred, 999) == "100");
  CHECK(printed(hundred, 10) == "1");
  const Quantiles ten = quantiles_of(integers(1, 10));
  CHECK(printed(ten, 500) == "5");
  CHECK(printed(ten, 510) == "6");
  CHECK(printed(ten, 900) == "9");
  CHECK(printed(ten, 910) == "10");
  CHECK(printed(quantiles_of({"7"}), 10) == "7");
  CHECK(printed(quantiles_of({"7"}), 999) == "7");
  CHECK(printed(Quantiles(), 500) == "null");
}

TEST_CASE("a percentile has the digits of the most precise value") {
  CHECK(printed(quantiles_of({"22", "21.4"}), 950) == "22.0");
  CHECK(printed(quantiles_of({"22", "21.40", "1e-30"}), 500) == "21.40");
  CHECK(printed(quantiles_of({"22.50", "1e-30"}), 500) == "1e-30");
}

TEST_CASE("long numbers and short ones are sorted together") {
  const std::vector<std::string> numbers = {"922337203685477.5807",
                                            "922337203685477.5808",
                                            "-922337203685477.5808",
                                            "-922337203685477.5809",
                                            "0.00001",
                                            "0.0001",
                                            "0"};
  const Quantiles quantiles = quantiles_of(numbers);
  CHECK(printed(quantiles, 10) == "-922337203685477.58090");
  CHECK(printed(quantiles, 250) == "-922337203685477.58080");
  CHECK(printed(quantiles, 400) == "0.00000");
  CHECK(printed(quantiles, 500) == "0.00001");
  CHECK(printed(quantiles, 700) == "0.00010");
  CHECK(printed(quantiles, 800) == "922337203685477.58070");
  CHECK(printed(quantiles, 999) == "922337203685477.58080");
}

TEST_CASE("numbers are sorted as numbers") {
  CHECK(printed(quantiles_of({"-10", "9", "10", "1e3", "-0.5"}), 500) == "9.0");
  CHECK(printed(quantiles_of({"9007199254740993", "9007199254740992"}), 500) == "9007199254740992");
}

TEST_CASE("up to 4096 values are exact, and more are estimated") {
  Quantiles quantiles = quantiles_of(integers(1, 4096));
  CHECK_FALSE(quantiles.is_estimate());
  CHECK(printed(quantiles, 500) == "2048");
  quantiles.add(Quantity::parse("4097"));
  CHECK(quantiles.is_estimate());
  const double median = std::stod(printed(quantiles, 500));
  CHECK(median >= 2049 * 0.99);
  CHECK(median <= 2049 * 1.01);
}

TEST_CASE(
    "percentiles do not depend on the order of the values, or on the parts they are made of") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const std::size_t size : {10U, 1000U, 4095U, 4096U, 4097U, 9000U}) {
    CAPTURE(size);
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < size; i++) {
      constexpr const char* ends[] = {"", ".5", ".50", ".1234", ".12340", "e-30", "00000000000000"};
      numbers.push_back(std::to_string(random() % 500) + ends[random() % std::size(ends)]);
    }
    const Quantiles expected = quantiles_of(numbers);
    CHECK(expected.is_estimate() == (size > 4096));
    std::ranges::shuffle(numbers, random);
    const auto half = numbers.begin() + static_cast<std::ptrdiff_t>(random() % size);
    Quantiles merged = quantiles_of({numbers.begin(), half});
    merged.add_all(quantiles_of({half, numbers.end()}));
    CHECK(saved(merged) == saved(expected));
    for (const unsigned per_mille : {10U, 500U, 990U, 999U}) {
      CHECK(printed(merged, per_mille) == printed(expected, per_mille));
    }
    Quantiles other_way = quantiles_of({half, numbers.end()});
    other_way.add_all(quantiles_of({numbers.begin(), half}));
    CHECK(saved(other_way) == saved(expected));

    Quantiles loaded;
    const std::string bytes = saved(expected);
    VarintCursor cursor(bytes);
    REQUIRE(loaded.load(cursor));
    CHECK(saved(loaded) == bytes);
    CHECK(loaded.is_estimate() == expected.is_estimate());
  }
}

}  // namespace estream::window
