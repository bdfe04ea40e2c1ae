#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/filter.h"

namespace estream::tool {

// What `estream-inspect expect` compares:
//
//   QUANTITY RELATION VALUE       count == 1000    age < 5m    count(.type == "paid") >= 1
//
//   count         events; count(EXPR) those for which EXPR, in the language of -w, is true
//   size          stored bytes of the batches; the value is a size: 10M
//   age           how long ago the newest event was; the value is a duration
//   first, last   the smallest and the largest offset there is, over all partitions
//   partitions    how many there are
//   == != < <= > >=
struct Expectation {
  enum class Quantity { count, size, age, first, last, partitions };
  enum class Relation { equal, not_equal, less, at_most, greater, at_least };

  // Error::Code::usage "expect: ...".
  static Result<Expectation> parse(std::string_view text);

  bool holds(std::int64_t actual) const;

  // Whether it can come true as events are appended, if it is not true now.
  bool may_hold_later(std::int64_t actual) const;

  // "count is 999, expected == 1000"
  std::string contradiction(std::int64_t actual) const;

  Quantity quantity = Quantity::count;
  std::optional<query::Filter> filter = {};
  Relation relation = Relation::equal;
  std::int64_t value = 0;     // Milliseconds of an age, bytes of a size.
  std::string quantity_text;  // As they were written.
  std::string condition_text;
};

// The age of the newest event when there is none.
inline constexpr std::int64_t no_age = INT64_MAX;

}  // namespace estream::tool
