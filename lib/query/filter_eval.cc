#include <algorithm>
#include <forward_list>
#include <string>

#include "json/source.h"
#include "json/value.h"
#include "query/filter_node.h"

namespace estream::query {

namespace {

using Op = FilterNode::Op;

// Nothing stands for what jq calls an error, which makes the record not match.
using Outcome = std::optional<json::Value>;

// Whether jq looks for such a child in such a value: it finds none in null, and stops at the rest.
bool may_have(const json::Value& container, const json::Path::Step& step) {
  const json::Kind wanted =
      std::holds_alternative<std::string>(step) ? json::Kind::object : json::Kind::array;
  return container.kind == wanted || container.kind == json::Kind::null;
}

Outcome follow(const json::Path& path, Outcome value) {
  for (const json::Path::Step& step : path.steps) {
    if (!value || !may_have(*value, step)) return std::nullopt;
    const std::optional<json::Child> child = json::find_child(*value, step);
    value = child ? child->value : json::Value{};
  }
  return value;
}

Outcome has(const json::Value& container, const json::Path::Step& step) {
  if (!may_have(container, step)) return std::nullopt;
  return json::value_of_bool(json::find_child(container, step).has_value());
}

bool is_truthy(const json::Value& value) {
  return value.kind != json::Kind::null && value.kind != json::Kind::false_;
}

json::Value value_of_text(const std::optional<std::string_view>& text) {
  return text ? json::value_of(*text) : json::Value{};
}

json::Value value_of_integer(std::int64_t integer) { return json::value_of(json::Number(integer)); }

json::Value last_header(const RecordHeaders& headers, std::string_view name) {
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

json::Arithmetic arithmetic_of(Op op) {
  switch (op) {
    case Op::add:
      return json::Arithmetic::add;
    case Op::subtract:
      return json::Arithmetic::subtract;
    case Op::multiply:
      return json::Arithmetic::multiply;
    default:
      return json::Arithmetic::divide;
  }
}

Outcome length(const json::Value& value) {
  if (value.kind == json::Kind::false_ || value.kind == json::Kind::true_) return std::nullopt;
  if (value.kind != json::Kind::number) return value_of_integer(json::length_of(value));
  if (json::compare(value.number, json::Number(std::int64_t{0})) >= 0) return value;
  const auto absolute =
      json::calculate(json::Arithmetic::subtract, json::Number(std::int64_t{0}), value.number);
  return json::value_of(*absolute);
}

// Computes one expression for one record. `input` is what stands left of the pipe, or nothing for
// the record's value.
class Evaluation {
 public:
  Evaluation(const FilterNodes& nodes, Subject& subject)
      : nodes_(nodes), subject_(subject), place_(subject.place()), record_(subject.record()) {}

  Outcome evaluate(const FilterNode& node, const json::Value* input) {
    if (node.op >= Op::is_not) return function(node, input);
    if (node.op >= Op::add) return arithmetic(node, input);
    if (node.op >= Op::equal) return comparison(node, input);
    if (node.op >= Op::negation) return unary(node, input);
    if (node.op >= Op::pipe) return logic(node, input);
    return leaf(node, input);
  }

 private:
  Outcome operand(const FilterNode& node, std::size_t index, const json::Value* input) {
    return evaluate(nodes_[node.operands[index]], input);
  }

  // Nothing for a value that is not JSON: at that jq stops, too.
  Outcome given(const json::Value* input) {
    if (input != nullptr) return *input;
    switch (subject_.value()) {
      case Subject::Value::null:
        return json::Value{};
      case Subject::Value::json:
        return subject_.parser().root();
      default:
        return std::nullopt;
    }
  }

  Outcome leaf(const FilterNode& node, const json::Value* input) {
    switch (node.op) {
      case Op::false_:
      case Op::true_:
        return json::value_of_bool(node.op == Op::true_);
      case Op::number:
        return json::value_of(node.number);
      case Op::string:
        return json::value_of(std::string_view(node.text));
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
        return json::value_of(place_.topic);
      case Op::header:
        return last_header(record_.headers, node.text);
      default:
        return json::Value{};
    }
  }

  Outcome logic(const FilterNode& node, const json::Value* input) {
    if (node.op == Op::pipe) return pipe(node, input);
    const bool is_decided_by = node.op == Op::any_of;
    for (std::size_t i = 0; i < node.operands.size(); i++) {
      const Outcome outcome = operand(node, i, input);
      if (!outcome) return std::nullopt;
      if (is_truthy(*outcome) == is_decided_by) return json::value_of_bool(is_decided_by);
    }
    return json::value_of_bool(!is_decided_by);
  }

  Outcome pipe(const FilterNode& node, const json::Value* input) {
    Outcome passed;
    for (std::size_t i = 0; i < node.operands.size(); i++) {
      Outcome outcome = operand(node, i, i == 0 ? input : &*passed);
      if (!outcome) return std::nullopt;
      passed = outcome;
    }
    return passed;
  }

  Outcome unary(const FilterNode& node, const json::Value* input) {
    const Outcome outcome = operand(node, 0, input);
    if (!outcome) return std::nullopt;
    switch (node.op) {
      case Op::negation:
        return json::value_of_bool(!is_truthy(*outcome));
      case Op::matches:
        return json::value_of_bool(outcome->kind == json::Kind::string &&
                                   node.regex->matches(outcome->text));
      case Op::in:
        return membership(node, *outcome, input);
      default:
        if (outcome->kind != json::Kind::number) return std::nullopt;
        return json::value_of(*json::calculate(json::Arithmetic::subtract,
                                               json::Number(std::int64_t{0}), outcome->number));
    }
  }

  Outcome membership(const FilterNode& node, const json::Value& sought, const json::Value* input) {
    for (std::size_t i = 1; i < node.operands.size(); i++) {
      const Outcome candidate = operand(node, i, input);
      if (!candidate) return std::nullopt;
      if (json::compare(sought, *candidate) == 0) return json::value_of_bool(true);
    }
    return json::value_of_bool(false);
  }

  Outcome comparison(const FilterNode& node, const json::Value* input) {
    const Outcome left = operand(node, 0, input);
    const Outcome right = left ? operand(node, 1, input) : Outcome();
    if (!right) return std::nullopt;
    return json::value_of_bool(is_in_order(node.op, json::compare(*left, *right)));
  }

  Outcome arithmetic(const FilterNode& node, const json::Value* input) {
    const Outcome left = operand(node, 0, input);
    const Outcome right = left ? operand(node, 1, input) : Outcome();
    if (!right) return std::nullopt;
    if (left->kind == json::Kind::number && right->kind == json::Kind::number) {
      const auto answer = json::calculate(arithmetic_of(node.op), left->number, right->number);
      return answer ? Outcome(json::value_of(*answer)) : std::nullopt;
    }
    return node.op == Op::add ? joined(*left, *right) : std::nullopt;
  }

  Outcome joined(const json::Value& left, const json::Value& right) {
    if (left.kind == json::Kind::null) return right;
    if (right.kind == json::Kind::null) return left;
    if (left.kind != json::Kind::string || right.kind != json::Kind::string) return std::nullopt;
    std::string& text = texts_.emplace_front(left.text);
    text.append(right.text);
    return json::value_of(std::string_view(text));
  }

  Outcome function(const FilterNode& node, const json::Value* input) {
    const Outcome subject = given(input);
    if (!subject) return std::nullopt;
    const json::Value& value = *subject;
    switch (node.op) {
      case Op::is_not:
        return json::value_of_bool(!is_truthy(value));
      case Op::length:
        return length(value);
      case Op::test:
        if (value.kind != json::Kind::string) return std::nullopt;
        return json::value_of_bool(node.regex->matches(value.text));
      case Op::has_field:
        return has(value, node.text);
      default:
        return has(value, *std::get_if<std::int64_t>(&node.number));
    }
  }

  const FilterNodes& nodes_;
  Subject& subject_;
  const RecordPlace& place_;
  const RecordView& record_;
  std::forward_list<std::string> texts_;
};

Computed::Kind kind_of(json::Kind kind) {
  switch (kind) {
    case json::Kind::null:
      return Computed::Kind::nothing;
    case json::Kind::number:
      return Computed::Kind::number;
    case json::Kind::string:
      return Computed::Kind::string;
    default:
      return Computed::Kind::other;
  }
}

}  // namespace

bool is_true_of(const FilterNodes& nodes, Subject& subject) {
  const Outcome outcome = Evaluation(nodes, subject).evaluate(nodes.back(), nullptr);
  return outcome && is_truthy(*outcome);
}

namespace {

// On one line, and a view into the event where it is on one line there.
void set_json(std::string_view source, Computed& out) {
  if (source.find('\n') == source.npos) {
    out.json = source;
    return;
  }
  out.storage.clear();
  json::append_on_one_line(out.storage, source);
  out.json = out.storage;
}

// A path is the usual expression, and jq's errors and null are the same here.
void compute_path(const json::Path& path, Subject& subject, bool wants_json, Computed& out) {
  if (subject.value() != Subject::Value::json) return;
  std::optional<std::string_view> source;
  const json::Value value = subject.parser().find(path, wants_json, source);
  out.kind = kind_of(value.kind);
  out.number = value.number;
  out.text = value.text;
  if (out.kind != Computed::Kind::nothing && source) set_json(*source, out);
}

}  // namespace

void compute(const FilterNodes& nodes, Subject& subject, bool wants_json, Computed& out) {
  out.kind = Computed::Kind::nothing;
  out.text = out.json = {};
  if (nodes.back().op == Op::path) {
    return compute_path(nodes.back().path, subject, wants_json, out);
  }
  Evaluation evaluation(nodes, subject);
  const Outcome outcome = evaluation.evaluate(nodes.back(), nullptr);
  if (!outcome) return;
  out.kind = kind_of(outcome->kind);
  out.number = outcome->number;
  if (wants_json && out.kind != Computed::Kind::nothing) {
    out.storage = json::text_of(*outcome);
    out.json = out.storage;
  }
  // A text that the expression has made is gone with the evaluation.
  out.joined = outcome->text;
  out.text = out.joined;
}

}  // namespace estream::query
