#include "window/exact_sum.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/seed.h"
#include "window/decimal_text.h"
#include "window/long_decimal.h"
#include "window/random_numbers.h"

namespace estream::window {

static ExactSum sum_of(const std::vector<std::string>& numbers) {
  ExactSum sum;
  for (const std::string& number : numbers) sum.add(Quantity::parse(number));
  return sum;
}

static std::string printed(const ExactSum& sum, int digits = 18) {
  std::string text;
  sum.append(text, digits);
  return text;
}

static std::string saved(const ExactSum& sum) {
  std::string bytes;
  sum.save(bytes);
  return bytes;
}

TEST_CASE("decimals are added without rounding") {
  CHECK(printed(sum_of({"0.1", "0.2"}), 1) == "0.3");
  CHECK(printed(sum_of({"312.50", "937.5"}), 2) == "1250.00");
  CHECK(printed(sum_of({"9007199254740993", "-9007199254740992"}), 0) == "1");
  CHECK(printed(sum_of({"9223372036854775807", "1"}), 0) == "9223372036854775808");
  CHECK(printed(sum_of({"-9223372036854775808", "-1"}), 0) == "-9223372036854775809");
  CHECK(printed(sum_of({"18446744073709551615", "18446744073709551615"}), 0) ==
        "36893488147419103230");
  CHECK(printed(sum_of({"0.7", "-0.7"}), 1) == "0.0");
  CHECK(printed(sum_of({"-0.7", "0.2"}), 1) == "-0.5");
  CHECK(printed(ExactSum(), 0) == "0");
}

TEST_CASE("a sum has more digits than any of its parts may have") {
  const std::string largest = "9999999999999999999999999999.999999999999999999";
  ExactSum sum = sum_of({largest});
  LongDecimal expected(largest);
  for (int i = 0; i < 62; i++) {
    const ExactSum same = sum_of({printed(sum)});
    ExactSum twice;
    twice.add_all(sum);
    twice.add_all(sum);
    sum = std::move(twice);
    expected = expected + expected;
    CHECK(printed(sum) == expected.text(18));
  }
}

TEST_CASE("one double makes the sum a double, and taking it out a decimal again") {
  ExactSum sum = sum_of({"0.1", "1e-30", "0.2"});
  CHECK_FALSE(sum.is_exact());
  CHECK(printed(sum, 1) == "0.3");
  sum.remove(Quantity::parse("1e-30"));
  CHECK(sum.is_exact());
  CHECK(printed(sum, 1) == "0.3");
  CHECK(saved(sum) == saved(sum_of({"0.2", "0.1"})));
}

TEST_CASE("decimals and doubles are rounded together, once") {
  // 2^53 + 1 is no double, and lies between two.
  CHECK(printed(sum_of({"9007199254740993", "1e-200"})) == "9007199254740994");
  CHECK(printed(sum_of({"9007199254740993", "-1e-200"})) == "9007199254740992");
  CHECK(printed(sum_of({"1e308", "1e308", "0.5"})) == "1.7976931348623157e+308");
  CHECK(printed(sum_of({"1e300", "-1e300"})) == "0");
}

TEST_CASE("random sums and their quotients are exact, in any order and from any parts") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int round = 0; round < 300; round++) {
    std::vector<std::string> numbers;
    LongDecimal expected;
    const bool has_doubles = round % 3 == 0;
    for (std::uint64_t i = random.below(20) + 1; i > 0; i--) {
      numbers.push_back(random.decimal());
      if (has_doubles && random.below(3) == 0) {
        std::string text;
        append_double(text, random.any_double());
        numbers.push_back(text);
      }
    }
    for (const std::string& number : numbers) {
      const Quantity part = Quantity::parse(number);
      expected =
          expected + (part.is_exact() ? LongDecimal(number) : LongDecimal::of(part.to_double()));
    }
    const ExactSum sum = sum_of(numbers);
    if (sum.is_exact()) {
      CHECK(printed(sum) == expected.text(18));
    } else {
      CHECK(sum.divided_by(1) == expected.to_double());
    }
    const std::uint64_t count = random.below(1000) + 1;
    CHECK(sum.divided_by(count) == expected.divided_by(count).to_double());

    std::shuffle(numbers.begin(), numbers.end(), random.engine());
    const auto half = numbers.begin() + static_cast<std::ptrdiff_t>(random.below(numbers.size()));
    ExactSum merged = sum_of({numbers.begin(), half});
    merged.add_all(sum_of({half, numbers.end()}));
    CHECK(printed(merged) == printed(sum));
    CHECK(saved(merged) == saved(sum));
    for (auto number = numbers.begin(); number != half; ++number) {
      merged.remove(Quantity::parse(*number));
    }
    CHECK(saved(merged) == saved(sum_of({half, numbers.end()})));
  }
}

TEST_CASE("a sum that no events have is refused") {
  std::string bytes = saved(sum_of({"9999999999999999999999999999", "-0.5"}));
  VarintCursor good(bytes);
  CHECK(ExactSum().load(good));
  // Its highest byte is the first of the last eight.
  for (const char top : {'\x40', '\x7f', '\x80', '\xc0'}) {
    bytes[bytes.size() - 8] = top;
    VarintCursor cursor(bytes);
    CHECK_FALSE(ExactSum().load(cursor));
  }
}

}  // namespace estream::window
