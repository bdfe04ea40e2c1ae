#include "text/parsing.h"

#include <algorithm>
#include <string>

namespace estream::text {

namespace {

// Quoted when it would not be seen, or not as one thing.
std::string shown(std::string_view text) {
  const bool is_plain = !text.empty() && text.find_first_of(" \t'") == std::string_view::npos;
  return is_plain ? std::string(text) : "'" + std::string(text) + "'";
}

}  // namespace

std::string_view take_letters(std::string_view& text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto end = std::ranges::find_if_not(text, is_letter);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const std::string_view taken = take_digits(text);
  if (taken.empty() || !text.empty()) return {};
  return scaled({.whole = taken, .fraction = {}}, 1);
}

Error unclear(std::string_view text, std::string_view advice) {
  return {Error::Code::usage, "cannot read " + shown(text) + "; " + std::string(advice)};
}

Error refused(std::string_view text, std::string_view why) {
  return {Error::Code::usage, shown(text) + " " + std::string(why)};
}

}  // namespace estream::text
