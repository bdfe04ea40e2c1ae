#include "json/expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace estream::json {

Error Expression::error_at(std::size_t position, std::string_view what) const {
  const std::string_view before = text.substr(0, position);
  const auto starts_a_character = [](char c) { return (c & 0xC0) != 0x80; };
  const auto column = std::ranges::count_if(before, starts_a_character) + 1;
  return {Error::Code::usage, fmt::format("column {}: {}", column, what)};
}

}  // namespace estream::json
