#include "window/aggregate_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "json/expression.h"
#include "json/path.h"
#include "json/quote.h"

namespace estream::window {

namespace {

constexpr unsigned size_max = 1000;

// What other programs call it.
constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"avg", "mean"},          {"average", "mean"},    {"total", "sum"},
    {"median", "p50"},        {"stdev", "stddev"},    {"std", "stddev"},
    {"sd", "stddev"},         {"minimum", "min"},     {"maximum", "max"},
    {"unique", "distinct"},   {"uniq", "distinct"},   {"count_distinct", "distinct"},
    {"collect", "list(N,E)"}, {"array", "list(N,E)"}, {"n", "count"},
};

class AggregateParser {
 public:
  explicit AggregateParser(std::string_view text) : expression_{text} {}

  Result<std::vector<AggregateRequest>> run() {
    std::vector<AggregateRequest> requests;
    do {
      AggregateRequest request = TRY(read_request(requests));
      requests.push_back(std::move(request));
      skip_space();
    } while (take(','));
    if (!at_end()) return fail("expected a comma, or the end");
    return requests;
  }

 private:
  bool at_end() const { return at_ >= expression_.text.size(); }
  char next() const { return at_end() ? '\0' : expression_.text[at_]; }
  Error fail(std::string_view what) const { return expression_.error_at(at_, what); }

  bool take(char c) {
    if (at_end() || next() != c) return false;
    at_++;
    return true;
  }
  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') at_++;
  }
  std::string_view take_name() {
    const std::size_t start = at_;
    if (json::is_name_start(next())) {
      while (json::is_name_part(next())) at_++;
    }
    return expression_.text.substr(start, at_ - start);
  }

  Result<AggregateRequest> read_request(const std::vector<AggregateRequest>& before) {
    AggregateRequest request;
    request.name = TRY(read_name(before));
    skip_space();
    if (!take('=')) {
      return fail("expected NAME=FUNCTION, as in avg=mean(.price)");
    }
    skip_space();
    const std::size_t start = at_;
    request.function = TRY(read_function());
    const std::string_view function = expression_.text.substr(start, at_ - start);
    skip_space();
    if (take('(')) {
      if (request.function.form == FunctionName::Form::sized)
        request.size = TRY(read_size(function));
      request.expression = TRY(read_expression(function));
    } else if (request.function.form != FunctionName::Form::maybe_argument) {
      return expression_.error_at(start, usage_of(request.function, function));
    }
    return request;
  }

  Result<std::string> read_name(const std::vector<AggregateRequest>& before) {
    skip_space();
    const std::size_t start = at_;
    const std::string name(take_name());
    if (name.empty()) {
      return fail("expected a name of letters, digits and _, as in n=count");
    }
    if (std::ranges::find(line_members, name) != std::end(line_members)) {
      return expression_.error_at(
          start, fmt::format("result lines have a member \"{}\"; take another name", name));
    }
    if (std::ranges::find(before, name, &AggregateRequest::name) != before.end()) {
      return expression_.error_at(start, fmt::format("the name {} is there twice", name));
    }
    return name;
  }

  Result<FunctionName> read_function() {
    const std::size_t start = at_;
    const std::string_view name = take_name();
    if (const auto function = find_function(name)) return *function;
    std::string what =
        name.empty() ? "expected a function" : fmt::format("there is no function {}", name);
    for (const auto& [other, ours] : other_names) {
      if (name == other)
        return expression_.error_at(start, fmt::format("{}; write {}", what, ours));
    }
    return expression_.error_at(
        start, what +
                   "; there are count sum mean min max stddev p1 to p99 p999 first "
                   "last distinct top list");
  }

  static std::string usage_of(const FunctionName& function, std::string_view name) {
    if (function.form == FunctionName::Form::sized) {
      return fmt::format("{} needs a number and an expression, as in {}(3,.price)", name, name);
    }
    return fmt::format("{} needs an expression, as in {}(.price)", name, name);
  }

  Result<unsigned> read_size(std::string_view function) {
    skip_space();
    const std::size_t start = at_;
    const std::string_view rest = expression_.text.substr(at_);
    unsigned size = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
    const bool is_number = end != rest.data();
    at_ += static_cast<std::size_t>(end - rest.data());
    skip_space();
    if (!is_number || !take(',')) {
      return expression_.error_at(
          start, fmt::format("write {0}(N,EXPRESSION), as in {0}(3,.price)", function));
    }
    if (error != std::errc{} || size < 1 || size > size_max) {
      return expression_.error_at(start,
                                  fmt::format("{} takes from 1 to {} values", function, size_max));
    }
    return size;
  }

  // Up to its closing parenthesis, which is taken.
  Result<std::string_view> read_expression(std::string_view function) {
    skip_space();
    const std::size_t open = at_;
    std::vector<std::size_t> brackets;
    while (!at_end() && (next() != ')' || !brackets.empty())) {
      if (next() == '"') {
        at_ = TRY(json::read_quoted(expression_, at_)).end;
        continue;
      }
      if (opening.find(next()) != opening.npos) {
        brackets.push_back(at_);
      } else if (closing.find(next()) != closing.npos) {
        if (brackets.empty() || !is_pair(expression_.text[brackets.back()], next())) {
          return fail(fmt::format("there is no bracket that this {} closes", next()));
        }
        brackets.pop_back();
      }
      at_++;
    }
    if (at_end()) {
      return expression_.error_at(brackets.empty() ? open - 1 : brackets.back(),
                                  "this bracket is not closed");
    }
    std::string_view text = expression_.text.substr(open, at_ - open);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    if (text.empty()) return fail(fmt::format("{} has parentheses, but no expression", function));
    at_++;
    return text;
  }

  static constexpr std::string_view opening = "([{";
  static constexpr std::string_view closing = ")]}";
  static bool is_pair(char open, char close) { return opening.find(open) == closing.find(close); }

  json::Expression expression_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<AggregateRequest>> parse_aggregates(std::string_view text) {
  const json::Expression expression{text};
  if (!json::is_utf8(text)) return expression.error_at(0, "the aggregates are not UTF-8");
  return AggregateParser(text).run();
}

}  // namespace estream::window
