#include "window/distinct_counter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

namespace estream::window {

static Argument argument(const std::string& json) {
  Argument value;
  const bool is_number = json[0] == '-' || (json[0] >= '0' && json[0] <= '9');
  value.kind = is_number ? Argument::Kind::number : Argument::Kind::other;
  if (is_number) {
    value.number = Quantity::parse(json);
  } else {
    value.json = json;
  }
  return value;
}

static DistinctCounter counter_of(const std::vector<std::string>& values) {
  DistinctCounter counter;
  for (const std::string& value : values) counter.add(argument(value));
  return counter;
}

static std::string printed(const DistinctCounter& counter) {
  std::string text;
  counter.append(text);
  return text;
}

static std::string saved(const DistinctCounter& counter) {
  std::string bytes;
  counter.save(bytes);
  return bytes;
}

TEST_CASE("equal values count once") {
  CHECK(printed(counter_of({})) == "0");
  CHECK(printed(counter_of({"1", "1.0", "1e0", "10e-1"})) == "1");
  CHECK(printed(counter_of({"0", "-0", "0.00", "-0e7"})) == "1");
  CHECK(printed(counter_of({"1", "\"1\""})) == "2");
  CHECK(printed(counter_of({"true", "\"true\"", "false", "true"})) == "3");
  CHECK(printed(counter_of({R"("a")", R"("\u0061")", R"("A")"})) == "2");
  CHECK(printed(counter_of({"[1, 2]", "[1.0,2]", "[2,1]"})) == "2");
  CHECK(printed(counter_of({"9007199254740992", "9007199254740993"})) == "2");
  CHECK(printed(counter_of({"0.5", "0.50000000000000000000000000001"})) == "1");
}

TEST_CASE("distinct values are counted in any order and from any parts") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const std::size_t size : {0U, 5U, 1000U, 4095U, 4096U, 4097U, 10'000U}) {
    CAPTURE(size);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < size; i++) {
      values.push_back(std::to_string(i));
      if (random() % 4 == 0) values.push_back(values.back() + ".0");
    }
    const DistinctCounter expected = counter_of(values);
    CHECK(expected.is_estimate() == (size > 4096));
    if (size <= 4096) CHECK(printed(expected) == std::to_string(size));
    if (size > 4096)
      CHECK(std::stod(printed(expected)) ==
            doctest::Approx(static_cast<double>(size)).epsilon(0.05));

    std::ranges::shuffle(values, random);
    // The parts have values in common.
    const std::size_t end = values.empty() ? 0 : random() % values.size();
    const std::size_t begin = end == 0 ? 0 : random() % end;
    const DistinctCounter first =
        counter_of({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(end)});
    const DistinctCounter second =
        counter_of({values.begin() + static_cast<std::ptrdiff_t>(begin), values.end()});
    for (const auto& [a, b] : {std::pair(&first, &second), std::pair(&second, &first)}) {
      DistinctCounter merged;
      merged.add_all(*a);
      merged.add_all(*b);
      CHECK(saved(merged) == saved(expected));
      CHECK(printed(merged) == printed(expected));
    }

    DistinctCounter loaded;
    const std::string bytes = saved(expected);
    VarintCursor cursor(bytes);
    REQUIRE(loaded.load(cursor));
    CHECK(saved(loaded) == bytes);
  }
}

TEST_CASE("hashes stay the same, because checkpoints hold them") {
  // The count, and then the hash of each value.
  CHECK(saved(counter_of({"\"a\""})).size() == 17);
  std::string hex;
  for (const char byte : saved(counter_of({"\"a\"", "12.5"}))) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
    hex.push_back(digits[static_cast<unsigned char>(byte) & 15]);
  }
  CHECK(hex == "040b0c9df53d507351469a330f38361a93f2a5c97ccee3403f35899deb4d343e4d");
}

}  // namespace estream::window
