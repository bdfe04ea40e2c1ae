#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

namespace estream::window {

// JSON numbers as they occur, and as they hurt.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  // With up to 28 digits before the point and 18 behind it.
  std::string decimal() {
    std::string text = below(2) == 0 ? "-" : "";
    const std::uint64_t size = below(4) == 0 ? 28 : below(9) + 1;
    if (below(8) == 0) {
      text.push_back('0');
    } else {
      text.push_back(static_cast<char>('1' + below(9)));
      for (std::uint64_t i = 1 + below(size); i < size; i++) text.push_back(digit());
    }
    const std::uint64_t digits = below(3) == 0 ? 18 : below(4);
    if (digits > 0) text.push_back('.');
    for (std::uint64_t i = 0; i < digits; i++) text.push_back(digit());
    return text;
  }

  // Any double but infinity and NaN.
  double any_double() {
    for (;;) {
      const auto value = std::bit_cast<double>(random_());
      if (std::isfinite(value)) return value;
    }
  }
  // One that has something to do with others of its kind.
  double usual_double() {
    const int exponent = static_cast<int>(below(120)) - 60;
    const double value = std::ldexp(static_cast<double>(below(std::uint64_t{1} << 53)), exponent);
    return below(2) == 0 ? -value : value;
  }

  std::mt19937_64& engine() { return random_; }

 private:
  // Nines and zeros more often than others.
  char digit() {
    const std::uint64_t choice = below(16);
    if (choice >= 10) return choice < 13 ? '0' : '9';
    return static_cast<char>('0' + choice);
  }

  std::mt19937_64 random_;
};

}  // namespace estream::window
