#include "query/computation.h"

#include <array>

#include "query/filter_node.h"

namespace estream::query {

namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view without_space(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == text.npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(white_space) + 1 - first);
}

}  // namespace

Result<Computation> Computation::parse(std::string_view text) {
  return Computation(std::string(text),
                     std::make_shared<const FilterNodes>(TRY(parse_filter(text))));
}

void Computation::compute(Subject& subject, bool wants_json, Computed& out) const {
  query::compute(*nodes_, subject, wants_json, out);
}

bool Computation::is_true(Subject& subject) const { return is_true_of(*nodes_, subject); }

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (is_quoted) {
      if (c == '\\') i++;
      is_quoted = c != '"';
      continue;
    }
    if (c == '"') is_quoted = true;
    if (c == '(' || c == '[') depth++;
    if (c == ')' || c == ']') depth--;
    if (c != ',' || depth > 0) continue;
    parts.push_back(without_space(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  parts.push_back(without_space(text.substr(begin)));
  return parts;
}

}  // namespace estream::query
