#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace estream::query {

// An RE2 regular expression that searches bytes: linear time whatever the text. Characters are
// UTF-8. Text that is not UTF-8 is searched byte by byte as well, as long as the pattern is ASCII,
// so that `.` finds a byte that belongs to no character. Cheap to copy, safe to share by threads.
class Regex {
 public:
  // Error::Code::usage with RE2's words for what is wrong, without the name of an option.
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
