#pragma once

#include <cstdint>
#include <string>

#include "window/wide.h"

namespace estream::window {

// Appends the digits of a number without a sign.
void append_integer(std::string& out, Uint128 value);

// Appends the point and so many digits of fraction * 10^-18; nothing for no digits.
void append_fraction(std::string& out, std::uint64_t fraction, int digits);

// Appends value * 10^-18 with so many digits behind the point; the digits that are cut off must be
// zeros.
void append_scaled(std::string& out, Limbs<4> value, int digits);

// Appends the shortest text that is read as this double again; it must be finite. Zero is 0, never
// -0.
void append_double(std::string& out, double value);

}  // namespace estream::window
