#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>

namespace estream::json {

// A JSON number: an exact integer if it fits 64 bits, else the nearest double. The unsigned form is
// used only for integers that are too large for the signed one. It is never infinite and never NaN:
// a number beyond the largest double counts as the largest double, as in jq.
using Number = std::variant<std::int64_t, std::uint64_t, double>;

// Compares the exact values, without rounding an integer to a double.
std::weak_ordering compare(const Number& a, const Number& b);

enum class Arithmetic { add, subtract, multiply, divide };

// Exact if operands and result fit signed 64 bits, else in doubles. Nothing for a division by zero.
std::optional<Number> calculate(Arithmetic operation, const Number& a, const Number& b);

double to_double(const Number& number);

}  // namespace estream::json
