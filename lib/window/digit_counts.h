#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/varint.h"
#include "window/wide.h"

namespace estream::window {

// The most digits behind the point of the numbers of a set out of which numbers are taken again.
class DigitCounts {
 public:
  void add(int digits) { change(digits, 1); }
  // Takes a number out that is in it.
  void remove(int digits) { change(digits, -1); }
  void add_all(const DigitCounts& other);

  int most() const;

  void save(std::string& out) const;
  // False for damage.
  bool load(VarintCursor& in);

 private:
  void change(int digits, int by);

  // How many numbers have one digit, two, and so on. No window that numbers are taken out of has
  // four billion of them: such a count stays at its end.
  std::array<std::uint32_t, fraction_digits_max> counts_{};
};

}  // namespace estream::window
