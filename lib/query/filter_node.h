#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "json/number.h"
#include "json/path.h"
#include "query/computed.h"
#include "query/regex.h"
#include "query/subject.h"

namespace estream::query {

// One operation of a filter. Operands are indices into the vector of all nodes. They are smaller
// than the node's own index, so that there is no cycle and no deep chain of destructors.
struct FilterNode {
  enum class Op : std::uint8_t {
    // `number`, `text` or nothing.
    null,
    false_,
    true_,
    number,
    string,
    // `path`, from the input on the left of the pipe, or else from the value.
    path,
    key,
    timestamp,
    partition,
    offset,
    topic,
    header,  // `text` is its name.
    // All `operands`, at least two.
    pipe,
    any_of,
    all_of,
    // One operand.
    negation,
    minus,
    matches,  // `regex`
    in,       // Whether the first operand is equal to one of the others.
    // Two operands.
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    add,
    subtract,
    multiply,
    divide,
    // Functions of the input on the left of the pipe.
    is_not,
    length,
    has_field,    // `text`
    has_element,  // `number`, an integer
    test,         // `regex`
  };

  Op op = Op::null;
  std::vector<std::uint32_t> operands = {};
  json::Number number = {};
  std::string text = {};
  json::Path path = {};
  std::optional<Regex> regex = {};
};

using FilterNodes = std::vector<FilterNode>;

// The operations of `text`. The last one is the whole expression. The `names` are fields even
// without a dot before them, unless they are words of the language.
Result<FilterNodes> parse_filter(std::string_view text,
                                 const std::vector<std::string>* names = nullptr);

// Whether the last of `nodes` is true for the record.
bool is_true_of(const FilterNodes& nodes, Subject& subject);

// What the last of `nodes` is for the record; see Computation.
void compute(const FilterNodes& nodes, Subject& subject, bool wants_json, Computed& out);

}  // namespace estream::query
