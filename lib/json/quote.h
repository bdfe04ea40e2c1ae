#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "json/expression.h"

namespace estream::json {

bool is_utf8(std::string_view text);

// Appends `text` as a JSON string with its quotes. Escapes only the characters that RFC 8259
// requires: the quote, the backslash and the characters below U+0020. `text` must be UTF-8.
void append_quoted(std::string& out, std::string_view text);

struct Quoted {
  std::string text;     // Without quotes and escapes.
  std::size_t end = 0;  // The position after the closing quote.
};

// Reads the JSON string whose opening quote is at `at`. An error names the column.
Result<Quoted> read_quoted(const Expression& expression, std::size_t at);

}  // namespace estream::json
