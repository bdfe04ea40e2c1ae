#include "window/quantity.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/seed.h"
#include "window/long_decimal.h"
#include "window/random_numbers.h"

namespace estream::window {

static std::string printed(const Quantity& quantity, int digits = 0) {
  std::string text;
  quantity.append(text, digits);
  return text;
}

static std::string read_and_printed(std::string_view number, int digits = 0) {
  return printed(Quantity::parse(number), digits);
}

TEST_CASE("a decimal is printed as it was written") {
  for (const char* number :
       {"0", "7", "-7", "12.50", "-0.5", "0.000000000000000001", "-0.000000000000000001",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "9999999999999999999999999999.999999999999999999",
        "-9999999999999999999999999999.999999999999999999", "1.00", "100000000000000000000"}) {
    CAPTURE(number);
    CHECK(Quantity::parse(number).is_exact());
    CHECK(read_and_printed(number) == number);
  }
}

TEST_CASE("more digits are printed on request, never fewer") {
  CHECK(read_and_printed("12.5", 2) == "12.50");
  CHECK(read_and_printed("12.50", 1) == "12.50");
  CHECK(read_and_printed("-3", 18) == "-3.000000000000000000");
  CHECK(read_and_printed("1e300", 2) == "1e+300");
}

TEST_CASE("zero has no sign") {
  CHECK(read_and_printed("-0") == "0");
  CHECK(read_and_printed("-0.00") == "0.00");
  CHECK(read_and_printed("-0e5") == "0");
  CHECK(read_and_printed("-1e-400") == "0");
  CHECK(printed(Quantity::of_calculation(-0.0)) == "0");
}

TEST_CASE("an exponent is no reason to round") {
  CHECK(read_and_printed("1e3") == "1000");
  CHECK(read_and_printed("1.5e2") == "150");
  CHECK(read_and_printed("1.50e1") == "15.0");
  CHECK(read_and_printed("1E+2") == "100");
  CHECK(read_and_printed("-25e-1") == "-2.5");
  CHECK(read_and_printed("1e-18") == "0.000000000000000001");
  CHECK(read_and_printed("1e27") == "1000000000000000000000000000");
  CHECK(read_and_printed("0.00000000000000000000000000001e30") == "10");
  CHECK(read_and_printed("0e999999999999999999999") == "0");
  CHECK(read_and_printed("0e-3") == "0.000");
  CHECK(read_and_printed("0.5000000000000000000000") == "0.500000000000000000");
}

TEST_CASE("what is too long or too large is the nearest double") {
  for (const char* number : {"1e28", "10000000000000000000000000000", "0.1234567890123456789",
                             "1e-19", "5e-324", "1.7976931348623157e308"}) {
    CAPTURE(number);
    CHECK_FALSE(Quantity::parse(number).is_exact());
    CHECK(Quantity::parse(number).digits() == 0);
  }
  CHECK(read_and_printed("0.1234567890123456789") == "0.12345678901234568");
  CHECK(read_and_printed("1e400") == "1.7976931348623157e+308");
  CHECK(read_and_printed("-1e99999999999999999999") == "-1.7976931348623157e+308");
}

TEST_CASE("integers are taken as they are") {
  CHECK(printed(Quantity(std::numeric_limits<std::int64_t>::min())) == "-9223372036854775808");
  CHECK(printed(Quantity(std::numeric_limits<std::uint64_t>::max())) == "18446744073709551615");
  CHECK(Quantity(std::int64_t{-1}) == Quantity::parse("-1.0"));
}

TEST_CASE("short decimals can be shifted to integers and back") {
  CHECK(Quantity::parse("-12.5").shifted(4) == -125'000);
  CHECK(Quantity::parse("922337203685477.5807").shifted(4) == 9'223'372'036'854'775'807);
  CHECK(Quantity::parse("-9223372036854775808").shifted(0) ==
        std::numeric_limits<std::int64_t>::min());
  for (const char* number : {"922337203685477.5808", "1.00000", "1e-30", "9223372036854775808",
                             "-9223372036854775809", "18446744073709551616"}) {
    CAPTURE(std::string(number));
    CHECK_FALSE(Quantity::parse(number).shifted(4).has_value());
  }
  CHECK(printed(Quantity::of_shifted(-125'000, 4)) == "-12.5000");
  CHECK(printed(Quantity::of_shifted(-5, 18)) == "-0.000000000000000005");
  CHECK(printed(Quantity::of_shifted(std::numeric_limits<std::int64_t>::min(), 0)) ==
        "-9223372036854775808");
}

TEST_CASE("a calculation is rounded to 15 digits") {
  CHECK(printed(Quantity::of_calculation(0.1 + 0.2)) == "0.3");
  CHECK(printed(Quantity::of_calculation(19.99 * 3)) == "59.97");
  CHECK(printed(Quantity::of_calculation(-1.1 * 1.1)) == "-1.21");
  CHECK(printed(Quantity::of_calculation(1e15)) == "1000000000000000");
  CHECK(printed(Quantity::of_calculation(123456789012345678.0)) == "123456789012346000");
  CHECK(printed(Quantity::of_calculation(1.0 / 3)) == "0.333333333333333");
  CHECK(printed(Quantity::of_calculation(1e-300)) == "1e-300");
  CHECK(printed(Quantity::of_calculation(std::numeric_limits<double>::max())) ==
        "1.7976931348623157e+308");
}

TEST_CASE("a calculation is rounded as printf does it") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 20'000; i++) {
    double value = random.usual_double();
    if (i % 2 == 0) value = std::round(value * 100) / 100 * static_cast<double>(random.below(50));
    if (!std::isfinite(value)) continue;
    std::string expected(64, '\0');
    expected.resize(static_cast<std::size_t>(std::snprintf(expected.data(), 64, "%.15g", value)));
    CAPTURE(value);
    const Quantity quantity = Quantity::of_calculation(value);
    CHECK(quantity == Quantity::parse(expected));
    CHECK(quantity.digits() == Quantity::parse(expected).digits());
  }
}

TEST_CASE("random decimals are printed as they were written, and have the nearest double") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 20'000; i++) {
    const std::string text = random.decimal();
    CAPTURE(text);
    const Quantity quantity = Quantity::parse(text);
    const bool is_zero = text.find_first_not_of("-0.") == text.npos;
    CHECK(printed(quantity) == (is_zero && text.starts_with('-') ? text.substr(1) : text));
    CHECK(quantity.to_double() == std::strtod(text.c_str(), nullptr));
  }
}

TEST_CASE("decimals with exponents have the value that they say") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 5'000; i++) {
    std::string text = random.decimal();
    text.append(random.below(2) == 0 ? "e" : "E");
    text.append(std::to_string(static_cast<int>(random.below(60)) - 30));
    CAPTURE(text);
    const Quantity quantity = Quantity::parse(text);
    if (quantity.is_exact()) {
      CHECK(LongDecimal(printed(quantity)) == LongDecimal(text));
    } else {
      CHECK(quantity.to_double() == std::strtod(text.c_str(), nullptr));
    }
  }
}

TEST_CASE("an exponent alone does not make a number inexact") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 5'000; i++) {
    const std::string text = std::to_string(random.below(1'000'000'000) + 1);
    const int exponent = static_cast<int>(random.below(37)) - 18;
    CAPTURE(text);
    CAPTURE(exponent);
    CHECK(Quantity::parse(text + "e" + std::to_string(exponent)).is_exact());
  }
}

TEST_CASE("numbers are compared by their exact values") {
  const auto less = [](const std::string& a, const std::string& b) {
    CAPTURE(a);
    CAPTURE(b);
    CHECK(Quantity::parse(a) < Quantity::parse(b));
    CHECK(Quantity::parse(b) > Quantity::parse(a));
    CHECK(Quantity::parse(a) != Quantity::parse(b));
  };
  less("9007199254740992", "9007199254740993");
  less("-1", "-0.999999999999999999");
  less("-0.5", "0.5");
  less("0", "0.000000000000000001");
  less("1e-19", "0.000000000000000001");
  less("-1e-19", "0");
  less("0", "1e-300");
  less("-0.000000000000000001", "-1e-19");
  less("-5e300", "-9999999999999999999999999999");
  // The double nearest to 10^28 is below it.
  less("1e28", "9999999999999999999999999999");
  // 0.1 as a double is a little larger than 0.1.
  less("0.1", "0.10000000000000000000001");
  less("-0.10000000000000000000001", "-0.1");
  CHECK(Quantity::parse("0.5") == Quantity::parse("0.5000000000000000000000001"));
  CHECK(Quantity::parse("1e0") == Quantity::parse("1.000"));
  CHECK(Quantity::parse("-0.0") == Quantity());
}

// The number as it is kept: the text, or the double nearest to it.
static LongDecimal kept(const Quantity& quantity) {
  return quantity.is_exact() ? LongDecimal(printed(quantity))
                             : LongDecimal::of(quantity.to_double());
}

TEST_CASE("random numbers are compared by their exact values, and equal ones have one identity") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 3'000; i++) {
    const std::string a_text = random.decimal();
    std::string b_text = random.decimal();
    // Near to the first one, or the first one cut off, or its nearest double.
    const std::uint64_t choice = random.below(4);
    if (choice == 0) b_text = a_text + (a_text.find('.') == a_text.npos ? ".0000000001" : "0001");
    if (choice == 1) b_text = a_text.substr(0, a_text.find('.')) + ".00000000000000000001";
    if (choice == 2) b_text = LongDecimal::of(std::strtod(a_text.c_str(), nullptr)).text(1074);
    CAPTURE(a_text);
    CAPTURE(b_text);
    const Quantity a = Quantity::parse(a_text);
    const Quantity b = Quantity::parse(b_text);
    CHECK((a < b) == (kept(a) < kept(b)));
    CHECK((a > b) == (kept(b) < kept(a)));
    CHECK((a == b) == (kept(a) == kept(b)));
    CHECK((a.identity() == b.identity()) == (a == b));
  }
}

TEST_CASE("large and small doubles have identities of their own") {
  const std::vector<std::string> numbers = {"1e28", "1e29", "1e40", "1e300", "-1e300", "1e-300"};
  for (const std::string& a : numbers) {
    for (const std::string& b : numbers) {
      CHECK((Quantity::parse(a).identity() == Quantity::parse(b).identity()) == (a == b));
    }
  }
}

TEST_CASE("a saved number comes back as it was") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 5'000; i++) {
    const std::string text =
        i % 3 == 0 ? "1e" + std::to_string(random.below(600)) : random.decimal();
    CAPTURE(text);
    const Quantity quantity = Quantity::parse(text);
    std::string bytes;
    quantity.save(bytes);
    VarintCursor cursor(bytes);
    const auto loaded = Quantity::load(cursor);
    REQUIRE(loaded.has_value());
    CHECK(cursor.remaining() == 0);
    CHECK(*loaded == quantity);
    CHECK(loaded->digits() == quantity.digits());
    CHECK(loaded->is_exact() == quantity.is_exact());
    for (std::size_t size = 0; size < bytes.size(); size++) {
      VarintCursor cut(std::string_view(bytes).substr(0, size));
      CHECK_FALSE(Quantity::load(cut).has_value());
    }
  }
}

TEST_CASE("a damaged number is refused, or is another number that could be written") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomNumbers random(seed);
  for (int i = 0; i < 20'000; i++) {
    std::string bytes;
    Quantity::parse(random.decimal()).save(bytes);
    bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
    VarintCursor cursor(bytes);
    const auto loaded = Quantity::load(cursor);
    if (!loaded) continue;
    const Quantity again = Quantity::parse(printed(*loaded));
    CHECK(again == *loaded);
    CHECK(again.digits() == loaded->digits());
  }
}

}  // namespace estream::window
