#pragma once

#include <string>
#include <string_view>

#include "json/number.h"

namespace estream::query {

// What an expression is for a record.
struct Computed {
  enum class Kind {
    nothing,  // Missing, null, or where jq would stop with an error.
    number,
    string,
    other,  // A boolean, array or object.
  };

  Kind kind = Kind::nothing;
  json::Number number = {};
  std::string_view text = {};  // Of a string, without quotes and escapes.
  // The value as JSON text, if it was asked for: byte for byte as the event has it if the
  // expression is a path. Of a path to a number that is not an integer, also if it was not.
  std::string_view json = {};

  // Some texts point into these.
  std::string storage = {};
  std::string joined = {};
};

}  // namespace estream::query
