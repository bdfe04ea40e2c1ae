#include "query/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "json/quote.h"

namespace estream::query {

namespace {

RE2::Options options_for(RE2::Options::Encoding encoding) {
  RE2::Options options;
  options.set_encoding(encoding);
  options.set_log_errors(false);
  return options;
}

bool has_match(const RE2& expression, std::string_view text, RE2::Anchor anchor) {
  const re2::StringPiece piece(text.data(), text.size());
  return expression.Match(piece, 0, piece.size(), anchor, nullptr, 0);
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

struct Regex::Compiled {
  RE2 characters;
  std::optional<RE2> bytes;

  explicit Compiled(std::string_view pattern)
      : characters({pattern.data(), pattern.size()}, options_for(RE2::Options::EncodingUTF8)) {
    if (is_ascii(pattern)) {
      bytes.emplace(re2::StringPiece(pattern.data(), pattern.size()),
                    options_for(RE2::Options::EncodingLatin1));
    }
  }
};

Regex::Regex(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

Result<Regex> Regex::parse(std::string_view pattern) {
  auto compiled = std::make_shared<const Compiled>(pattern);
  if (!compiled->characters.ok()) {
    return Error{Error::Code::usage,
                 fmt::format("not a regular expression: {}", compiled->characters.error())};
  }
  return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const { return finds(text, Extent::part); }

bool Regex::matches_whole(std::string_view text) const { return finds(text, Extent::whole); }

bool Regex::finds(std::string_view text, Extent extent) const {
  const RE2::Anchor anchor = extent == Extent::whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
  if (has_match(compiled_->characters, text, anchor)) return true;
  return compiled_->bytes && !json::is_utf8(text) && has_match(*compiled_->bytes, text, anchor);
}

}  // namespace estream::query
