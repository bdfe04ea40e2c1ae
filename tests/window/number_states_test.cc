#include "window/number_states.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace estream::window {

template <class State>
static std::string of(State state, const std::vector<std::string>& numbers) {
  for (const std::string& number : numbers) state.add(Quantity::parse(number));
  std::string text;
  state.append(text);
  return text;
}

static std::string sum(const std::vector<std::string>& numbers) {
  return of(SumOfNumbers(), numbers);
}
static std::string mean(const std::vector<std::string>& numbers) {
  return of(MeanOfNumbers(), numbers);
}
static std::string least(const std::vector<std::string>& numbers) {
  return of(ExtremeNumber(ExtremeNumber::Which::least), numbers);
}
static std::string greatest(const std::vector<std::string>& numbers) {
  return of(ExtremeNumber(ExtremeNumber::Which::greatest), numbers);
}

TEST_CASE("a sum has as many digits as its most precise part") {
  CHECK(sum({}) == "0");
  CHECK(sum({"1", "2"}) == "3");
  CHECK(sum({"1000", "250.00"}) == "1250.00");
  CHECK(sum({"0.1", "0.2", "0.7"}) == "1.0");
  CHECK(sum({"0.5", "-0.5"}) == "0.0");
  CHECK(sum({"1e3", "1.5e-3"}) == "1000.0015");
  CHECK(sum({"1e20", "1e40"}) == "1e+40");
}

TEST_CASE("the digits of a number go with it") {
  SumOfNumbers state;
  state.add(Quantity::parse("1.25"));
  state.add(Quantity::parse("2.5"));
  state.remove(Quantity::parse("1.25"));
  std::string text;
  state.append(text);
  CHECK(text == "2.5");
}

TEST_CASE("a mean is the nearest double") {
  CHECK(mean({}) == "null");
  CHECK(mean({"1", "2"}) == "1.5");
  CHECK(mean({"21.4", "21.4"}) == "21.4");
  CHECK(mean({"0.1", "0.2", "0.3"}) == "0.2");
  CHECK(mean({"1", "1", "2"}) == "1.3333333333333333");
  CHECK(mean({"9007199254740993", "9007199254740993"}) == "9007199254740992");
  CHECK(mean({"-0.5", "0.5"}) == "0");
  CHECK(mean({"-5e-324", "0"}) == "0");
  CHECK(mean({"1.7976931348623157e308", "1.7976931348623157e308"}) == "1.7976931348623157e+308");
  CHECK(mean({"18446744073709551615", "18446744073709551617"}) == "1.8446744073709552e+19");
}

TEST_CASE("the least and the greatest have the digits of the most precise number") {
  CHECK(least({}) == "null");
  CHECK(greatest({}) == "null");
  CHECK(least({"22", "21.4", "3e1"}) == "21.4");
  CHECK(greatest({"22", "21.4"}) == "22.0");
  CHECK(least({"-0.25", "-3"}) == "-3.00");
  CHECK(greatest({"9223372036854775807", "9223372036854775808"}) == "9223372036854775808");
  CHECK(least({"1e40", "2e40"}) == "1e+40");
  CHECK(greatest({"1e40", "2.50"}) == "1e+40");
}

TEST_CASE("it does not matter which of two equal numbers came first") {
  std::vector<std::string> numbers = {"0.5", "0.50", "0.5000000000000000000000001", "0.500"};
  std::ranges::sort(numbers);
  do {
    CHECK(least(numbers) == "0.500");
    CHECK(greatest(numbers) == "0.500");
  } while (std::ranges::next_permutation(numbers).found);
}

}  // namespace estream::window
