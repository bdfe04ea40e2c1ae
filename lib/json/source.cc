#include "json/source.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/assert.h"

namespace estream::json {

namespace {

constexpr std::string_view space = " \t\r\n";

constexpr std::array<bool, 256> bytes_of(std::string_view set) {
  std::array<bool, 256> is_member{};
  for (const char c : set) is_member[static_cast<std::uint8_t>(c)] = true;
  return is_member;
}

// Where a byte loop may not pass by: at the end of a number or word, in a string, in a container.
constexpr std::array<bool, 256> ends_scalar = bytes_of(" \t\r\n,]}");
constexpr std::array<bool, 256> matters_in_string = bytes_of("\"\\");
constexpr std::array<bool, 256> matters_in_container = bytes_of("\"[]{}");

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(space) + 1 - first);
}

void append_on_one_line(std::string& out, std::string_view json) {
  std::ranges::copy_if(json, std::back_inserter(out),
                       [](char c) { return c != '\n' && c != '\r'; });
}

ChildCursor::ChildCursor(std::string_view container) : text_(trimmed(container)) {
  ASSERT(text_.starts_with('{') || text_.starts_with('['));
  is_object_ = text_.front() == '{';
  at_ = 1;
}

std::optional<std::string_view> ChildCursor::next() {
  skip_space();
  if (at_ < text_.size() && text_[at_] == ',') {
    at_++;
    skip_space();
  }
  if (at_ + 1 >= text_.size()) return std::nullopt;
  if (is_object_) {
    skip_string();
    skip_space();
    at_++;
    skip_space();
  }
  const std::size_t start = at_;
  skip_value();
  return text_.substr(start, at_ - start);
}

void ChildCursor::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) at_++;
}

void ChildCursor::skip_to(const std::array<bool, 256>& set) {
  while (at_ < text_.size() && !set[static_cast<std::uint8_t>(text_[at_])]) at_++;
}

void ChildCursor::skip_string() {
  at_++;
  skip_to(matters_in_string);
  while (at_ < text_.size() && text_[at_] == '\\') {
    at_ += 2;
    skip_to(matters_in_string);
  }
  at_++;
}

void ChildCursor::skip_value() {
  if (text_[at_] == '"') return skip_string();
  if (text_[at_] != '{' && text_[at_] != '[') return skip_to(ends_scalar);
  std::size_t depth = 0;
  do {
    const char c = text_[at_];
    if (c == '"') {
      skip_string();
    } else {
      if (c == '{' || c == '[') depth++;
      if (c == '}' || c == ']') depth--;
      at_++;
    }
    if (depth > 0) skip_to(matters_in_container);
  } while (depth > 0 && at_ < text_.size());
}

}  // namespace estream::json
