#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace estream::json {

// Walks the values of an array or object in the text itself, for callers that need their bytes and
// not their meaning:
//
//   for (ChildCursor children(text); auto child = children.next();) use(*child);
//
// The views point into `container`, which must be the text of a valid array or object and may have
// white space around it. The n-th child here is the n-th child of the parsed document.
class ChildCursor {
 public:
  explicit ChildCursor(std::string_view container);

  // The next value without the white space around it, or nothing after the last one.
  std::optional<std::string_view> next();

 private:
  void skip_space();
  void skip_to(const std::array<bool, 256>& set);
  void skip_string();
  void skip_value();

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_object_ = false;
};

// Appends a JSON text without the line breaks between its tokens. In strings there are none.
void append_on_one_line(std::string& out, std::string_view json);

// `text` without JSON's white space on both sides.
std::string_view trimmed(std::string_view text);

}  // namespace estream::json
