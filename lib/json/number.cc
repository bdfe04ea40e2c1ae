#include "json/number.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace estream::json {

namespace {

template <class A, class B>
std::weak_ordering order_integers(A a, B b) {
  if (std::cmp_less(a, b)) return std::weak_ordering::less;
  return std::cmp_equal(a, b) ? std::weak_ordering::equivalent : std::weak_ordering::greater;
}

std::weak_ordering order_doubles(double a, double b) {
  if (a < b) return std::weak_ordering::less;
  return a > b ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

// A double outside the integer's range decides by its sign; inside it, its whole part is an exact
// integer, and its fraction only counts when the whole parts are equal.
template <class Integer>
std::weak_ordering order_integer_and_double(Integer a, double b) {
  const double beyond = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
  if (b >= beyond) return std::weak_ordering::less;
  if (b < (std::is_signed_v<Integer> ? -beyond : 0.0)) return std::weak_ordering::greater;
  const double whole = std::trunc(b);
  const auto order = order_integers(a, static_cast<Integer>(whole));
  return order != 0 ? order : order_doubles(0.0, b - whole);
}

struct Order {
  template <class A, class B>
  std::weak_ordering operator()(A a, B b) const {
    if constexpr (std::is_same_v<A, double> && std::is_same_v<B, double>) {
      return order_doubles(a, b);
    } else if constexpr (std::is_same_v<B, double>) {
      return order_integer_and_double(a, b);
    } else if constexpr (std::is_same_v<A, double>) {
      return 0 <=> order_integer_and_double(b, a);
    } else {
      return order_integers(a, b);
    }
  }
};

// The exact answer, or nothing when it does not fit.
std::optional<std::int64_t> calculate_exactly(Arithmetic operation, std::int64_t a,
                                              std::int64_t b) {
  std::int64_t answer = 0;
  bool overflows = false;
  switch (operation) {
    case Arithmetic::add:
      overflows = __builtin_add_overflow(a, b, &answer);
      break;
    case Arithmetic::subtract:
      overflows = __builtin_sub_overflow(a, b, &answer);
      break;
    case Arithmetic::multiply:
      overflows = __builtin_mul_overflow(a, b, &answer);
      break;
    case Arithmetic::divide:
      if (b == 0 || b == -1 || a % b != 0) return std::nullopt;
      return a / b;
  }
  return overflows ? std::nullopt : std::optional(answer);
}

double calculate_rounded(Arithmetic operation, double a, double b) {
  switch (operation) {
    case Arithmetic::add:
      return a + b;
    case Arithmetic::subtract:
      return a - b;
    case Arithmetic::multiply:
      return a * b;
    case Arithmetic::divide:
      return a / b;
  }
  return 0;
}

}  // namespace

std::weak_ordering compare(const Number& a, const Number& b) { return std::visit(Order{}, a, b); }

double to_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

std::optional<Number> calculate(Arithmetic operation, const Number& a, const Number& b) {
  const auto* const a_integer = std::get_if<std::int64_t>(&a);
  const auto* const b_integer = std::get_if<std::int64_t>(&b);
  if (a_integer != nullptr && b_integer != nullptr) {
    if (const auto exact = calculate_exactly(operation, *a_integer, *b_integer)) return *exact;
  }
  const double divisor = to_double(b);
  if (operation == Arithmetic::divide && divisor == 0) return std::nullopt;
  constexpr double largest = std::numeric_limits<double>::max();
  return std::clamp(calculate_rounded(operation, to_double(a), divisor), -largest, largest);
}

}  // namespace estream::json
