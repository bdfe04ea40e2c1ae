#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace estream::json {

// A text in one of the small languages for the command line: a path, a filter or a format. The view
// belongs to the caller.
struct Expression {
  std::string_view text;

  // A usage error "column N: WHAT"; who has the text from an option names it. Columns count
  // characters from 1, not bytes.
  Error error_at(std::size_t position, std::string_view what) const;
};

}  // namespace estream::json
