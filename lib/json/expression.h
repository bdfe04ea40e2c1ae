#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace estream::json {

// Text in one of the small languages that a user writes on the command line: a path, a filter, a
// format. `name` is what messages call it ("-w"). Both views belong to the caller.
struct Expression {
  std::string_view name;
  std::string_view text;

  // A usage error "NAME: column N: WHAT". Columns count characters from 1, not bytes.
  Error error_at(std::size_t position, std::string_view what) const;
};

}  // namespace estream::json
