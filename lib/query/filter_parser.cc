#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "query/filter_lexer.h"
#include "query/filter_node.h"

namespace estream::query {

namespace {

using Op = FilterNode::Op;
using TokenKind = FilterToken::Kind;

// Bounds the recursion of the parser and of the evaluation, which goes as deep as the expression.
constexpr int height_max = 100;

// An operand: which node, how high the tree under it is, and what is known before any record.
struct Operand {
  std::uint32_t node = 0;
  int height = 1;
  bool is_boolean = false;       // It can only be true or false.
  bool wants_container = false;  // It looks into what stands left of the pipe.
};

constexpr std::pair<std::string_view, Op> comparisons[] = {
    {"==", Op::equal},      {"!=", Op::not_equal}, {"<", Op::less},
    {"<=", Op::less_equal}, {">", Op::greater},    {">=", Op::greater_equal},
};

constexpr std::pair<std::string_view, Op> variables[] = {
    {"key", Op::key},       {"ts", Op::timestamp}, {"partition", Op::partition},
    {"offset", Op::offset}, {"topic", Op::topic},  {"headers", Op::header},
};

constexpr std::pair<std::string_view, Op> words[] = {
    {"true", Op::true_},
    {"false", Op::false_},
    {"null", Op::null},
    {"length", Op::length},
};

// Recursive descent, one function for each level of precedence, loosest first.
class Parser {
 public:
  Parser(const json::Expression& expression, std::vector<FilterToken> tokens,
         const std::vector<std::string>* names)
      : expression_(expression), tokens_(std::move(tokens)), names_(names) {}

  Result<FilterNodes> run() {
    TRY(pipe());
    if (next().kind != TokenKind::end) return fail(next(), "expected an operator or the end");
    return std::move(nodes_);
  }

 private:
  const FilterToken& next() const { return tokens_[at_]; }

  // The token, and one step forward; the last token stays.
  const FilterToken& take() {
    const FilterToken& token = tokens_[at_];
    if (token.kind != TokenKind::end) at_++;
    return token;
  }

  bool is_next(TokenKind kind, std::string_view text) const {
    return next().kind == kind && next().text == text;
  }

  bool take_if(TokenKind kind, std::string_view text) {
    if (!is_next(kind, text)) return false;
    at_++;
    return true;
  }

  Error fail(const FilterToken& token, std::string_view what) const {
    return expression_.error_at(token.position, what);
  }

  Result<void> expect(std::string_view symbol) {
    if (take_if(TokenKind::symbol, symbol)) return {};
    return fail(next(), fmt::format("expected {}", symbol));
  }

  Result<Operand> add_node(FilterNode node, const std::vector<Operand>& operands) {
    Operand result;
    for (const Operand& operand : operands) {
      node.operands.push_back(operand.node);
      result.height = std::max(result.height, operand.height + 1);
      result.wants_container = result.wants_container || operand.wants_container;
    }
    if (result.height > height_max) return fail(next(), too_deep);
    result.is_boolean = is_boolean(node.op);
    result.node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(std::move(node));
    return result;
  }

  static bool is_boolean(Op op) {
    switch (op) {
      case Op::any_of:
      case Op::all_of:
      case Op::negation:
      case Op::is_not:
      case Op::matches:
      case Op::in:
      case Op::has_field:
      case Op::has_element:
      case Op::test:
        return true;
      default:
        return op >= Op::equal && op <= Op::greater_equal;
    }
  }

  Result<Operand> pipe() {
    if (++depth_ > height_max) return fail(next(), too_deep);
    std::vector<Operand> stages{TRY(any_of())};
    while (next().kind == TokenKind::symbol && next().text == "|") {
      const FilterToken& bar = take();
      const Operand stage = TRY(any_of());
      if (stages.back().is_boolean && stage.wants_container) {
        return fail(bar,
                    "the expression left of | is only true or false; use parentheses, as in .a "
                    "and (.b | length > 2)");
      }
      stages.push_back(stage);
    }
    depth_--;
    if (stages.size() == 1) return stages.front();
    Operand result = TRY(add_node({.op = Op::pipe}, stages));
    result.is_boolean = stages.back().is_boolean;
    result.wants_container = stages.front().wants_container;
    return result;
  }

  Result<Operand> any_of() {
    std::vector<Operand> operands{TRY(all_of())};
    while (take_if(TokenKind::name, "or")) operands.push_back(TRY(all_of()));
    if (operands.size() == 1) return operands.front();
    return add_node({.op = Op::any_of}, operands);
  }

  Result<Operand> all_of() {
    std::vector<Operand> operands{TRY(negation())};
    while (take_if(TokenKind::name, "and")) operands.push_back(TRY(negation()));
    if (operands.size() == 1) return operands.front();
    return add_node({.op = Op::all_of}, operands);
  }

  // `not A`, but `not` alone is jq's function of what stands left of the pipe.
  Result<Operand> negation() {
    const bool is_prefix = is_next(TokenKind::name, "not") && begins_operand(tokens_[at_ + 1]);
    if (!is_prefix) return comparison();
    if (++depth_ > height_max) return fail(next(), too_deep);
    take();
    const Operand operand = TRY(negation());
    depth_--;
    return add_node({.op = Op::negation}, {operand});
  }

  static bool begins_operand(const FilterToken& token) {
    switch (token.kind) {
      case TokenKind::end:
        return false;
      case TokenKind::symbol:
        return token.text == "(" || token.text == "-";
      case TokenKind::name:
        return token.text != "and" && token.text != "or" && token.text != "in";
      default:
        return true;
    }
  }

  Result<Operand> comparison() {
    const Operand left = TRY(sum());
    if (take_if(TokenKind::name, "in")) return membership(left);
    if (take_if(TokenKind::symbol, "=~")) {
      FilterNode node{.op = Op::matches};
      node.regex = TRY(regex());
      return add_node(std::move(node), {left});
    }
    for (const auto& [symbol, op] : comparisons) {
      if (!take_if(TokenKind::symbol, symbol)) continue;
      const Operand right = TRY(sum());
      for (const auto& [second, ignored] : comparisons) {
        if (is_next(TokenKind::symbol, second)) {
          return fail(next(), "only one comparison is allowed here; join two comparisons with and");
        }
      }
      return add_node({.op = op}, {left, right});
    }
    return left;
  }

  Result<Operand> membership(const Operand& sought) {
    TRY(expect("("));
    std::vector<Operand> operands{sought};
    do {
      operands.push_back(TRY(sum()));
    } while (take_if(TokenKind::symbol, ","));
    TRY(expect(")"));
    return add_node({.op = Op::in}, operands);
  }

  Result<Regex> regex() {
    const FilterToken& pattern = take();
    if (pattern.kind != TokenKind::string)
      return fail(pattern, "expected a regular expression in quotes");
    auto compiled = Regex::parse(pattern.text);
    if (!compiled) return fail(pattern, compiled.error().message);
    return compiled;
  }

  Result<Operand> sum() {
    Operand left = TRY(product());
    while (is_next(TokenKind::symbol, "+") || is_next(TokenKind::symbol, "-")) {
      const Op op = take().text == "+" ? Op::add : Op::subtract;
      const Operand right = TRY(product());
      left = TRY(add_node({.op = op}, {left, right}));
    }
    return left;
  }

  Result<Operand> product() {
    Operand left = TRY(sign());
    while (is_next(TokenKind::symbol, "*") || is_next(TokenKind::symbol, "/")) {
      const Op op = take().text == "*" ? Op::multiply : Op::divide;
      const Operand right = TRY(sign());
      left = TRY(add_node({.op = op}, {left, right}));
    }
    return left;
  }

  Result<Operand> sign() {
    if (!is_next(TokenKind::symbol, "-")) return primary();
    if (++depth_ > height_max) return fail(next(), too_deep);
    take();
    const Operand operand = TRY(sign());
    depth_--;
    return add_node({.op = Op::minus}, {operand});
  }

  Result<Operand> primary() {
    const FilterToken& token = take();
    switch (token.kind) {
      case TokenKind::number:
        return add_node({.op = Op::number, .number = token.number}, {});
      case TokenKind::string:
        return add_node({.op = Op::string, .text = token.text}, {});
      case TokenKind::path:
        return path(token);
      case TokenKind::variable:
        return variable(token);
      case TokenKind::name:
        return word(token);
      case TokenKind::symbol:
        if (token.text == "(") return parentheses();
        break;
      case TokenKind::end:
        break;
    }
    return fail(token, "expected a path, a literal, a $variable, a function or (");
  }

  Result<Operand> parentheses() {
    const Operand inner = TRY(pipe());
    TRY(expect(")"));
    return inner;
  }

  Result<Operand> path(const FilterToken& token) {
    Operand operand = TRY(add_node({.op = Op::path, .path = token.path}, {}));
    operand.wants_container = !token.path.steps.empty();
    return operand;
  }

  Result<Operand> variable(const FilterToken& token) {
    for (const auto& [name, op] : variables) {
      if (token.text != name) continue;
      FilterNode node{.op = op};
      if (op == Op::header) node.text = *std::get_if<std::string>(&token.path.steps.front());
      return add_node(std::move(node), {});
    }
    return fail(token, "expected $key, $ts, $partition, $offset, $topic or $headers.name");
  }

  Result<Operand> word(const FilterToken& token) {
    if (token.text == "has") return has();
    if (token.text == "test") return test();
    if (token.text == "not") return add_node({.op = Op::is_not}, {});
    for (const auto& [name, op] : words) {
      if (token.text != name) continue;
      Operand operand = TRY(add_node({.op = op}, {}));
      operand.wants_container = op == Op::length;
      return operand;
    }
    if (names_ != nullptr) return field(token);
    return fail(token, fmt::format("there is no function {}; the functions are has, in, length, "
                                   "not and test; a field begins with a dot, a text has quotes",
                                   token.text));
  }

  // A name without a dot.
  Result<Operand> field(const FilterToken& token) {
    if (std::ranges::find(*names_, token.text) == names_->end()) {
      return fail(
          token, fmt::format("there is no {}; there are {}", token.text, fmt::join(*names_, ", ")));
    }
    return path({.path = {{token.text}, "." + token.text}});
  }

  Result<Operand> has() {
    TRY(expect("("));
    const FilterToken& token = take();
    FilterNode node;
    if (token.kind == TokenKind::string) {
      node.op = Op::has_field;
      node.text = token.text;
    } else if (std::holds_alternative<std::int64_t>(token.number) &&
               token.kind == TokenKind::number) {
      node.op = Op::has_element;
      node.number = token.number;
    } else {
      return fail(token, "expected a name in quotes or an index");
    }
    TRY(expect(")"));
    return add_looking_inside(std::move(node));
  }

  Result<Operand> test() {
    TRY(expect("("));
    FilterNode node{.op = Op::test};
    node.regex = TRY(regex());
    TRY(expect(")"));
    return add_looking_inside(std::move(node));
  }

  Result<Operand> add_looking_inside(FilterNode node) {
    Operand operand = TRY(add_node(std::move(node), {}));
    operand.wants_container = true;
    return operand;
  }

  static constexpr std::string_view too_deep = "the expression is nested too deeply";

  json::Expression expression_;
  std::vector<FilterToken> tokens_;
  const std::vector<std::string>* names_;
  std::size_t at_ = 0;
  int depth_ = 0;
  FilterNodes nodes_;
};

}  // namespace

Result<FilterNodes> parse_filter(std::string_view text, const std::vector<std::string>* names) {
  const json::Expression expression{text};
  std::vector<FilterToken> tokens = TRY(tokenize_filter(expression));
  return Parser(expression, std::move(tokens), names).run();
}

}  // namespace estream::query
