#include "window/decimal_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "base/assert.h"

namespace estream::window {

namespace {

// The last 18 digits, with zeros before them.
void append_padded(std::string& out, std::uint64_t value, std::size_t digits) {
  const fmt::format_int text(value);
  out.append(fraction_digits_max - text.size(), '0');
  out.append(text.data(), text.size());
  out.resize(out.size() - fraction_digits_max + digits);
}

}  // namespace

void append_integer(std::string& out, Uint128 value) {
  if (value < fraction_unit) {
    const fmt::format_int text(static_cast<std::uint64_t>(value));
    out.append(text.data(), text.size());
    return;
  }
  append_integer(out, value / fraction_unit);
  append_padded(out, static_cast<std::uint64_t>(value % fraction_unit), fraction_digits_max);
}

void append_fraction(std::string& out, std::uint64_t fraction, int digits) {
  if (digits == 0) return;
  out.push_back('.');
  append_padded(out, fraction, static_cast<std::size_t>(digits));
}

void append_scaled(std::string& out, Limbs<4> value, int digits) {
  // In groups of 18 digits. 256 bits have 78 digits.
  std::array<std::uint64_t, 5> groups{};
  std::size_t count = 0;
  while (count < 2 || value != Limbs<4>{}) {
    std::uint64_t rest = 0;
    for (std::size_t i = value.size(); i-- > 0;) {
      const Uint128 dividend = Uint128{rest} << 64 | value[i];
      value[i] = static_cast<std::uint64_t>(dividend / fraction_unit);
      rest = static_cast<std::uint64_t>(dividend % fraction_unit);
    }
    groups[count++] = rest;
  }
  append_integer(out, groups[--count]);
  while (count > 1) append_padded(out, groups[--count], fraction_digits_max);
  append_fraction(out, groups[0], digits);
}

void append_double(std::string& out, double value) {
  ASSERT(std::isfinite(value));
  fmt::format_to(std::back_inserter(out), "{}", value == 0 ? 0.0 : value);
}

}  // namespace estream::window
