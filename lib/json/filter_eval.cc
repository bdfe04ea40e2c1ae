#include <algorithm>
#include <forward_list>
#include <string>

#include "json/filter_node.h"
#include "json/value.h"

namespace estream::json {

namespace {

using Op = FilterNode::Op;

// Nothing stands for what jq calls an error, which makes the record not match.
using Outcome = std::optional<Value>;

// Whether jq looks for such a child in such a value: it finds none in null, and stops at the rest.
bool may_have(const Value& container, const Path::Step& step) {
  const Kind wanted = std::holds_alternative<std::string>(step) ? Kind::object : Kind::array;
  return container.kind == wanted || container.kind == Kind::null;
}

Outcome follow(const Path& path, Outcome value) {
  for (const Path::Step& step : path.steps) {
    if (!value || !may_have(*value, step)) return std::nullopt;
    const std::optional<Child> child = find_child(*value, step);
    value = child ? child->value : Value{};
  }
  return value;
}

Outcome has(const Value& container, const Path::Step& step) {
  if (!may_have(container, step)) return std::nullopt;
  return value_of_bool(find_child(container, step).has_value());
}

bool is_truthy(const Value& value) {
  return value.kind != Kind::null && value.kind != Kind::false_;
}

Value value_of_text(const std::optional<std::string_view>& text) {
  return text ? value_of(*text) : Value{};
}

Value value_of_integer(std::int64_t integer) { return value_of(Number(integer)); }

Value last_header(const RecordHeaders& headers, std::string_view name) {
  std::optional<std::string_view> found;
  for (HeaderCursor cursor(headers); const auto header = cursor.next();) {
    if (header->key == name) found = header->value;
  }
  return value_of_text(found);
}

bool is_in_order(Op op, std::weak_ordering order) {
  switch (op) {
    case Op::equal:
      return order == 0;
    case Op::not_equal:
      return order != 0;
    case Op::less:
      return order < 0;
    case Op::less_equal:
      return order <= 0;
    case Op::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

Arithmetic arithmetic_of(Op op) {
  switch (op) {
    case Op::add:
      return Arithmetic::add;
    case Op::subtract:
      return Arithmetic::subtract;
    case Op::multiply:
      return Arithmetic::multiply;
    default:
      return Arithmetic::divide;
  }
}

Outcome length(const Value& value) {
  if (value.kind == Kind::false_ || value.kind == Kind::true_) return std::nullopt;
  if (value.kind != Kind::number) return value_of_integer(length_of(value));
  if (compare(value.number, Number(std::int64_t{0})) >= 0) return value;
  const auto absolute = calculate(Arithmetic::subtract, Number(std::int64_t{0}), value.number);
  return value_of(*absolute);
}

// Computes one expression for one record. `input` is what stands left of the pipe, or nothing for
// the record's value, which is then parsed when the first operation asks for it: many expressions
// are decided by $key or $ts alone.
class Evaluation {
 public:
  Evaluation(const FilterNodes& nodes, const RecordPlace& place, const RecordView& record,
             EventParser& parser)
      : nodes_(nodes), place_(place), record_(record), parser_(parser) {}

  Outcome evaluate(const FilterNode& node, const Value* input) {
    if (node.op >= Op::is_not) return function(node, input);
    if (node.op >= Op::add) return arithmetic(node, input);
    if (node.op >= Op::equal) return comparison(node, input);
    if (node.op >= Op::negation) return unary(node, input);
    if (node.op >= Op::pipe) return logic(node, input);
    return leaf(node, input);
  }

 private:
  Outcome operand(const FilterNode& node, std::size_t index, const Value* input) {
    return evaluate(nodes_[node.operands[index]], input);
  }

  // Nothing for a value that is not JSON: at that jq stops, too.
  Outcome given(const Value* input) {
    if (input != nullptr) return *input;
    if (!is_parsed_ && record_.value) {
      root_ = parser_.parse_copy(*record_.value) ? Outcome(parser_.root()) : std::nullopt;
    }
    is_parsed_ = true;
    return root_;
  }

  Outcome leaf(const FilterNode& node, const Value* input) {
    switch (node.op) {
      case Op::false_:
      case Op::true_:
        return value_of_bool(node.op == Op::true_);
      case Op::number:
        return value_of(node.number);
      case Op::string:
        return value_of(std::string_view(node.text));
      case Op::path:
        return follow(node.path, given(input));
      case Op::key:
        return value_of_text(record_.key);
      case Op::timestamp:
        return value_of_integer(record_.timestamp.ms);
      case Op::partition:
        return value_of_integer(place_.partition);
      case Op::offset:
        return value_of_integer(record_.offset.value);
      case Op::topic:
        return value_of(place_.topic);
      case Op::header:
        return last_header(record_.headers, node.text);
      default:
        return Value{};
    }
  }

  Outcome logic(const FilterNode& node, const Value* input) {
    if (node.op == Op::pipe) return pipe(node, input);
    const bool is_decided_by = node.op == Op::any_of;
    for (std::size_t i = 0; i < node.operands.size(); i++) {
      const Outcome outcome = operand(node, i, input);
      if (!outcome) return std::nullopt;
      if (is_truthy(*outcome) == is_decided_by) return value_of_bool(is_decided_by);
    }
    return value_of_bool(!is_decided_by);
  }

  Outcome pipe(const FilterNode& node, const Value* input) {
    Outcome passed;
    for (std::size_t i = 0; i < node.operands.size(); i++) {
      Outcome outcome = operand(node, i, i == 0 ? input : &*passed);
      if (!outcome) return std::nullopt;
      passed = outcome;
    }
    return passed;
  }

  Outcome unary(const FilterNode& node, const Value* input) {
    const Outcome outcome = operand(node, 0, input);
    if (!outcome) return std::nullopt;
    switch (node.op) {
      case Op::negation:
        return value_of_bool(!is_truthy(*outcome));
      case Op::matches:
        return value_of_bool(outcome->kind == Kind::string && node.regex->matches(outcome->text));
      case Op::in:
        return membership(node, *outcome, input);
      default:
        if (outcome->kind != Kind::number) return std::nullopt;
        return value_of(*calculate(Arithmetic::subtract, Number(std::int64_t{0}), outcome->number));
    }
  }

  Outcome membership(const FilterNode& node, const Value& sought, const Value* input) {
    for (std::size_t i = 1; i < node.operands.size(); i++) {
      const Outcome candidate = operand(node, i, input);
      if (!candidate) return std::nullopt;
      if (compare(sought, *candidate) == 0) return value_of_bool(true);
    }
    return value_of_bool(false);
  }

  Outcome comparison(const FilterNode& node, const Value* input) {
    const Outcome left = operand(node, 0, input);
    const Outcome right = left ? operand(node, 1, input) : Outcome();
    if (!right) return std::nullopt;
    return value_of_bool(is_in_order(node.op, compare(*left, *right)));
  }

  Outcome arithmetic(const FilterNode& node, const Value* input) {
    const Outcome left = operand(node, 0, input);
    const Outcome right = left ? operand(node, 1, input) : Outcome();
    if (!right) return std::nullopt;
    if (left->kind == Kind::number && right->kind == Kind::number) {
      const auto answer = calculate(arithmetic_of(node.op), left->number, right->number);
      return answer ? Outcome(value_of(*answer)) : std::nullopt;
    }
    return node.op == Op::add ? joined(*left, *right) : std::nullopt;
  }

  Outcome joined(const Value& left, const Value& right) {
    if (left.kind == Kind::null) return right;
    if (right.kind == Kind::null) return left;
    if (left.kind != Kind::string || right.kind != Kind::string) return std::nullopt;
    std::string& text = texts_.emplace_front(left.text);
    text.append(right.text);
    return value_of(std::string_view(text));
  }

  Outcome function(const FilterNode& node, const Value* input) {
    const Outcome subject = given(input);
    if (!subject) return std::nullopt;
    const Value& value = *subject;
    switch (node.op) {
      case Op::is_not:
        return value_of_bool(!is_truthy(value));
      case Op::length:
        return length(value);
      case Op::test:
        if (value.kind != Kind::string) return std::nullopt;
        return value_of_bool(node.regex->matches(value.text));
      case Op::has_field:
        return has(value, node.text);
      default:
        return has(value, *std::get_if<std::int64_t>(&node.number));
    }
  }

  const FilterNodes& nodes_;
  const RecordPlace& place_;
  const RecordView& record_;
  EventParser& parser_;
  bool is_parsed_ = false;
  Outcome root_ = Value{};
  std::forward_list<std::string> texts_;
};

}  // namespace

bool is_true_of(const FilterNodes& nodes, const RecordPlace& place, const RecordView& record,
                EventParser& parser) {
  const Outcome outcome = Evaluation(nodes, place, record, parser).evaluate(nodes.back(), nullptr);
  return outcome && is_truthy(*outcome);
}

}  // namespace estream::json
