#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "window/aggregate_function.h"

namespace estream::window {

// What result lines have already.
constexpr std::string_view line_members[] = {"key",    "from",  "to",        "at",   "event",
                                             "events", "final", "unmatched", "back", "incomplete"};

// One NAME=FUNCTION[(EXPRESSION)] of `-a`.
struct AggregateRequest {
  std::string name;
  FunctionName function;
  unsigned size = 0;                           // The N of top(N,E) and list(N,E).
  std::optional<std::string_view> expression;  // Into the text that was parsed.
};

// Error::Code::usage "column N: ...". Of the expressions it only looks where they end.
Result<std::vector<AggregateRequest>> parse_aggregates(std::string_view text);

}  // namespace estream::window
