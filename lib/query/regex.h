#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace estream::query {

// An RE2 regular expression that searches bytes, in linear time for any text. Characters are UTF-8.
// If the pattern is ASCII, a text that is not UTF-8 is also searched byte by byte, so that `.`
// finds a byte that belongs to no character. A copy is cheap, and threads may share it.
class Regex {
 public:
  // Error::Code::usage with RE2's message, without the name of an option.
  static Result<Regex> parse(std::string_view pattern);

  // Whether it matches somewhere in `text`.
  bool matches(std::string_view text) const;
  // Whether it matches `text` from its beginning to its end.
  bool matches_whole(std::string_view text) const;

 private:
  struct Compiled;

  enum class Extent { part, whole };

  explicit Regex(std::shared_ptr<const Compiled> compiled);
  bool finds(std::string_view text, Extent extent) const;

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace estream::query
