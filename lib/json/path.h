#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "json/expression.h"

namespace estream::json {

// The way from a JSON value to a part of it, written as in jq:
//
//   .             the value itself
//   .user.id      a field of a field; letters, digits and _, not beginning with a digit
//   ."odd name"   a field with any name; .["odd name"] is the same
//   .a[0] .a[-1]  an element, from the front or from the back
struct Path {
  using Step = std::variant<std::string, std::int64_t>;

  std::vector<Step> steps;
  std::string text;  // As it was written, for messages.
};

// Parses `text`, which must be one path. Errors are usage errors that name the column.
Result<Path> parse_path(std::string_view text);

struct PathToken {
  Path path;
  std::size_t end = 0;  // The position after the path.
};

// Reads the longest path that begins at `at`, for the languages that contain paths.
Result<PathToken> read_path(const Expression& expression, std::size_t at);

// Which characters a name without quotes may have; a digit may not be the first.
bool is_name_start(char c);
bool is_name_part(char c);

}  // namespace estream::json
