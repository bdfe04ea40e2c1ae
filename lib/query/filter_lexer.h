#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/expression.h"
#include "json/number.h"
#include "json/path.h"

namespace estream::query {

struct FilterToken {
  enum class Kind {
    end,
    path,      // `path`
    number,    // `number`
    string,    // `text`, without quotes and escapes
    name,      // `text`: and, or, not, in, true, length ...
    variable,  // `text`: the name after the $; `path` for $headers
    symbol,    // `text`: an operator or a parenthesis
  };

  Kind kind = Kind::end;
  std::size_t position = 0;
  std::string text = {};
  json::Number number = {};
  json::Path path = {};
};

// Cuts a filter into tokens; the last one is `end`. Errors name the column. For the spelling of
// other languages (=, &&, 'text') they also say what to write here.
Result<std::vector<FilterToken>> tokenize_filter(const json::Expression& expression);

}  // namespace estream::query
