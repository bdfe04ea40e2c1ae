#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/path.h"
#include "query/computation.h"
#include "window/aggregation.h"
#include "window/row.h"

namespace estream::window {

// What is read of each event.
struct RowPlan {
  // What windows are grouped by. Nothing: the record's key. An empty list: one group for all.
  std::optional<std::vector<query::Computation>> key = {};
  std::optional<json::Path> time = {};  // Nothing: the record's timestamp.
  std::vector<query::Computation> conditions = {};

  struct Argument {
    query::Computation computation;
    bool wants_json = false;
  };
  std::vector<Argument> arguments = {};

  // At most so many conditions: bits of Row::conditions.
  static constexpr std::size_t conditions_max = 64;

  // Error::Code::usage, which names the expression.
  Result<void> add_arguments(const ArgumentPlan& plan);
};

// The number that an expression gave, as exact as the event has it.
Quantity quantity_of(const query::Computed& computed);

// Turns events into rows in two steps, which different threads do: the values are found where
// events are decoded, and are written as bytes; whoever applies the events reads the bytes. They
// stay in the memory of one process.
class RowEncoder {
 public:
  // The plan must outlive this, and threads share it.
  explicit RowEncoder(const RowPlan& plan) : plan_(&plan) {}

  // Appends the row of the record. An event whose time is missing or wrong has the reason in place
  // of a row.
  void append(std::string& out, const RecordPlace& place, const RecordView& record,
              json::EventParser& parser) const;

 private:
  const RowPlan* plan_;
};

class RowDecoder {
 public:
  explicit RowDecoder(const RowPlan& plan) : arguments_(plan.arguments.size()) {}

  // Sets all of `row` but the source and the record; its views point into `bytes` and into this.
  // Nothing, or why the event was rejected.
  std::optional<std::string_view> decode(std::string_view bytes, Row& row);

 private:
  std::vector<Argument> arguments_;
};

}  // namespace estream::window
