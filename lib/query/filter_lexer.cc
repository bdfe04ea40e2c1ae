#include "query/filter_lexer.h"

#include <charconv>
#include <utility>

#include "json/quote.h"
#include "json/syntax_check.h"

namespace estream::query {

namespace {

// Longer ones first, so that <= is not read as < and then =.
constexpr std::string_view symbols[] = {"==", "!=", "<=", ">=", "=~", "<", ">", "+",
                                        "-",  "*",  "/",  "(",  ")",  ",", "|"};

constexpr std::pair<std::string_view, std::string_view> hints[] = {
    {"&&", "write: and"},
    {"||", "write: or"},
    {"//", "// is jq's; pipe the output to jq for that"},
    {"'", "strings must be in double quotes"},
    {"!", "write: not"},
    {"=", "write == to compare"},
    {"[", "no arrays here; compare with .a in (1, 2), or pipe the output to jq"},
    {"{", "no objects here; pipe the output to jq"},
};

class Lexer {
 public:
  explicit Lexer(const json::Expression& expression) : expression_(expression) {}

  Result<std::vector<FilterToken>> run() {
    std::vector<FilterToken> tokens;
    do {
      skip_space();
      tokens.push_back(TRY(read_token()));
    } while (tokens.back().kind != FilterToken::Kind::end);
    return tokens;
  }

 private:
  bool at_end() const { return at_ >= expression_.text.size(); }
  char next() const { return at_end() ? '\0' : expression_.text[at_]; }
  std::string_view rest() const { return expression_.text.substr(at_); }

  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') at_++;
  }

  FilterToken token(FilterToken::Kind kind) const { return {.kind = kind, .position = at_}; }

  Result<FilterToken> read_token() {
    if (at_end()) return token(FilterToken::Kind::end);
    if (next() == '.') return read_path_token();
    if (next() == '"') return read_string();
    if (next() == '$') return read_variable();
    if (next() >= '0' && next() <= '9') return read_number();
    if (json::is_name_start(next())) return read_name();
    return read_symbol();
  }

  Result<FilterToken> read_path_token() {
    FilterToken result = token(FilterToken::Kind::path);
    json::PathToken path = TRY(json::read_path(expression_, at_));
    result.path = std::move(path.path);
    at_ = path.end;
    return result;
  }

  Result<FilterToken> read_string() {
    FilterToken result = token(FilterToken::Kind::string);
    json::Quoted quoted = TRY(json::read_quoted(expression_, at_));
    result.text = std::move(quoted.text);
    at_ = quoted.end;
    return result;
  }

  std::string take_name() {
    const std::size_t start = at_;
    while (json::is_name_part(next())) at_++;
    return std::string(expression_.text.substr(start, at_ - start));
  }

  Result<FilterToken> read_name() {
    FilterToken result = token(FilterToken::Kind::name);
    result.text = take_name();
    return result;
  }

  Result<FilterToken> read_variable() {
    FilterToken result = token(FilterToken::Kind::variable);
    at_++;
    result.text = take_name();
    if (result.text != "headers") return result;
    // What follows is a path as well, only that ["name"] may follow at once.
    if (next() == '.') {
      json::PathToken path = TRY(json::read_path(expression_, at_));
      result.path = std::move(path.path);
      at_ = path.end;
    } else if (rest().starts_with("[\"")) {
      json::Quoted quoted = TRY(json::read_quoted(expression_, at_ + 1));
      at_ = quoted.end;
      if (next() != ']') return expression_.error_at(at_, "expected ]");
      at_++;
      result.path.steps.emplace_back(std::move(quoted.text));
    }
    const bool is_name = result.path.steps.size() == 1 &&
                         std::holds_alternative<std::string>(result.path.steps.front());
    if (is_name && next() != '-') return result;
    return expression_.error_at(is_name ? at_ : result.position,
                                "expected $headers.name or $headers[\"odd-name\"]");
  }

  Result<FilterToken> read_number() {
    FilterToken result = token(FilterToken::Kind::number);
    const std::size_t end = json::number_end(expression_.text, at_);
    const char* const first = expression_.text.data() + at_;
    const char* const last = expression_.text.data() + end;
    if (end == at_ ||
        (end < expression_.text.size() && json::is_name_part(expression_.text[end]))) {
      return expression_.error_at(at_, "this is not a number as JSON writes it");
    }
    at_ = end;
    std::int64_t integer = 0;
    std::uint64_t large = 0;
    double rounded = 0;
    if (is_in_range(first, last, integer)) {
      result.number = integer;
    } else if (is_in_range(first, last, large)) {
      result.number = large;
    } else if (is_in_range(first, last, rounded)) {
      result.number = rounded;
    } else {
      return expression_.error_at(result.position, "this number is too large or too small");
    }
    return result;
  }

  template <class T>
  static bool is_in_range(const char* first, const char* last, T& value) {
    const auto [end, error] = std::from_chars(first, last, value);
    return end == last && error == std::errc{};
  }

  Result<FilterToken> read_symbol() {
    // The hints come first, because || is no two pipes and // no two divisions.
    for (const std::string_view symbol : symbols) {
      if (!rest().starts_with(symbol) || rest().starts_with("||") || rest().starts_with("//")) {
        continue;
      }
      FilterToken result = token(FilterToken::Kind::symbol);
      result.text = symbol;
      at_ += symbol.size();
      return result;
    }
    for (const auto& [start, hint] : hints) {
      if (rest().starts_with(start)) return expression_.error_at(at_, hint);
    }
    return expression_.error_at(at_, "this character is not allowed here");
  }

  json::Expression expression_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<FilterToken>> tokenize_filter(const json::Expression& expression) {
  if (!json::is_utf8(expression.text)) return expression.error_at(0, "the expression is not UTF-8");
  return Lexer(expression).run();
}

}  // namespace estream::query
