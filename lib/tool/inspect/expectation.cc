#include "tool/inspect/expectation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "json/source.h"
#include "text/duration.h"
#include "text/size.h"

namespace estream::tool {

namespace {

using Quantity = Expectation::Quantity;
using Relation = Expectation::Relation;

// The longer ones first: "<=" begins with "<".
constexpr std::array<std::pair<std::string_view, Relation>, 6> relations = {
    {{"==", Relation::equal},
     {"!=", Relation::not_equal},
     {"<=", Relation::at_most},
     {">=", Relation::at_least},
     {"<", Relation::less},
     {">", Relation::greater}}};

constexpr std::array<std::pair<std::string_view, Quantity>, 6> quantities = {
    {{"count", Quantity::count},
     {"size", Quantity::size},
     {"age", Quantity::age},
     {"first", Quantity::first},
     {"last", Quantity::last},
     {"partitions", Quantity::partitions}}};

Error unclear(std::string_view text, const std::string& advice) {
  return {Error::Code::usage, "expect: cannot read '" + std::string(text) + "'; " + advice};
}

// The position of the parenthesis that closes the one at `open`; npos when none does. Those in
// strings do not count.
std::size_t closing(std::string_view text, std::size_t open) {
  int depth = 0;
  bool is_string = false;
  for (std::size_t at = open; at < text.size(); at++) {
    const char c = text[at];
    if (is_string && c == '\\') {
      at++;
    } else if (c == '"') {
      is_string = !is_string;
    } else if (!is_string && c == '(') {
      depth++;
    } else if (!is_string && c == ')' && --depth == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

Result<std::int64_t> read_value(Quantity quantity, std::string_view text) {
  if (quantity == Quantity::size) return text::parse_size(text);
  // The last offset of a topic without events is -1.
  const bool is_offset = quantity == Quantity::first || quantity == Quantity::last;
  if (is_offset && text.starts_with('-')) return -TRY(text::parse_count(text.substr(1)));
  if (quantity != Quantity::age) return text::parse_count(text);
  const auto duration = text::parse_duration(text);
  if (!duration) return duration.error();
  return std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
}

// Takes `count`, or `count(EXPR)`, off the front of `rest`.
Result<void> take_quantity(std::string_view whole, std::string_view& rest, Expectation& out) {
  const std::size_t end =
      std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), rest.size());
  const std::string_view name = rest.substr(0, end);
  const auto found =
      std::ranges::find(quantities, name, &std::pair<std::string_view, Quantity>::first);
  if (found == quantities.end()) {
    return unclear(whole, "begin with count, count(EXPR), size, age, first, last or partitions");
  }
  out.quantity = found->second;
  std::size_t taken = end;
  if (taken < rest.size() && rest[taken] == '(') {
    const std::size_t close = closing(rest, taken);
    if (out.quantity != Quantity::count || close == std::string_view::npos) {
      return unclear(whole,
                     "an expression in parentheses stands behind count, and both are needed");
    }
    auto filter = query::Filter::parse(rest.substr(taken + 1, close - taken - 1));
    if (!filter) return Error{filter.error().code, "expect: count(): " + filter.error().message};
    out.filter = *std::move(filter);
    taken = close + 1;
  }
  out.quantity_text = rest.substr(0, taken);
  rest = json::trimmed(rest.substr(taken));
  return {};
}

}  // namespace

Result<Expectation> Expectation::parse(std::string_view text) {
  Expectation out;
  std::string_view rest = json::trimmed(text);
  TRY(take_quantity(text, rest, out));
  out.condition_text = rest;
  const auto relation = std::ranges::find_if(
      relations, [rest](const auto& known) { return rest.starts_with(known.first); });
  if (relation == relations.end()) {
    return unclear(text, "compare by ==, !=, <, <=, > or >=, as in 'count == 1000'");
  }
  out.relation = relation->second;
  const std::string_view value_text = json::trimmed(rest.substr(relation->first.size()));
  for (const std::string_view joint : {" and ", " or ", "&&", "||"}) {
    if (value_text.find(joint) == value_text.npos) continue;
    return unclear(text, "write one comparison, and run the command once for each");
  }
  const auto value = read_value(out.quantity, value_text);
  if (!value) return Error{value.error().code, "expect: " + value.error().message};
  out.value = *value;
  return out;
}

bool Expectation::holds(std::int64_t actual) const {
  switch (relation) {
    case Relation::equal:
      return actual == value;
    case Relation::not_equal:
      return actual != value;
    case Relation::less:
      return actual < value;
    case Relation::at_most:
      return actual <= value;
    case Relation::greater:
      return actual > value;
    case Relation::at_least:
      return actual >= value;
  }
  return false;
}

bool Expectation::may_hold_later(std::int64_t actual) const {
  const bool only_grows =
      quantity == Quantity::count || quantity == Quantity::size || quantity == Quantity::last;
  if (!only_grows) return true;
  switch (relation) {
    case Relation::equal:
    case Relation::at_most:
      return actual <= value;
    case Relation::less:
      return actual < value;
    case Relation::not_equal:
    case Relation::greater:
    case Relation::at_least:
      return true;
  }
  return true;
}

std::string Expectation::contradiction(std::int64_t actual) const {
  std::string shown = std::to_string(actual);
  if (quantity == Quantity::age) {
    shown = actual == no_age ? "infinite, because there is no record"
                             : text::format_duration(std::chrono::milliseconds(actual));
  }
  return quantity_text + " is " + shown + ", expected " + condition_text;
}

}  // namespace estream::tool
