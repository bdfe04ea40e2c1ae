#include "json/syntax_check.h"

#include <cstdint>
#include <vector>

namespace estream::json {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_continuation(char c) { return (c & 0xC0) == 0x80; }

// Reads one value without recursion: `objects_` remembers for each open container what it is, so
// that hostile nesting costs a bit a level and never the stack.
class Checker {
 public:
  Checker(std::string_view text, std::size_t depth_limit)
      : text_(text), depth_limit_(depth_limit) {}

  std::optional<Fault> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) fail("there is a byte order mark before the value");
    skip_space();
    while (!fault_ && value() && !fault_) {
    }
    return fault_;
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool at_end() const { return at_ >= text_.size(); }

  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') at_++;
  }

  void fail(std::string_view reason) {
    if (!fault_) fault_ = Fault{at_, at_end() ? "it ends too early" : reason};
  }

  void fail_here(std::string_view reason) {
    if (!fault_) fault_ = Fault{at_, reason};
  }

  // Reads one value, or only the beginning of a container that holds something. Answers whether
  // another value follows.
  bool value() {
    switch (next()) {
      case '{':
      case '[':
        if (open_container()) return true;
        break;
      case '"':
        string();
        break;
      case 't':
        word("true");
        break;
      case 'f':
        word("false");
        break;
      case 'n':
        word("null");
        break;
      default:
        number();
    }
    return !fault_ && another_value_follows();
  }

  // True when the container holds something; its first key is then read. An empty one is read
  // whole.
  bool open_container() {
    const bool is_object = next() == '{';
    if (objects_.size() >= depth_limit_) {
      fail("nested too deeply");
      return false;
    }
    at_++;
    skip_space();
    if (next() == (is_object ? '}' : ']')) {
      at_++;
      return false;
    }
    objects_.push_back(is_object);
    if (is_object) key();
    return !fault_;
  }

  bool another_value_follows() {
    skip_space();
    while (!objects_.empty()) {
      const bool is_object = objects_.back();
      if (next() == ',') {
        at_++;
        skip_space();
        if (is_object) key();
        return !fault_;
      }
      if (next() != (is_object ? '}' : ']')) {
        fail(is_object ? "expected , or }" : "expected , or ]");
        return false;
      }
      at_++;
      objects_.pop_back();
      skip_space();
    }
    if (!at_end()) fail("there is more text after the value");
    return false;
  }

  void key() {
    if (next() != '"') return fail("expected a field name in quotes");
    string();
    if (fault_) return;
    skip_space();
    if (next() != ':') return fail("expected :");
    at_++;
    skip_space();
  }

  void string() {
    at_++;
    while (!fault_ && next() != '"') {
      if (at_end()) return fail("");
      if (static_cast<std::uint8_t>(next()) < 0x20) {
        return fail("a control character in a string must be escaped");
      }
      if (next() == '\\') {
        escape();
      } else {
        character();
      }
    }
    at_++;
  }

  void character() {
    const std::size_t length = utf8_length(text_, at_);
    if (length == 0) return fail_here("this is not UTF-8");
    at_ += length;
  }

  void escape() {
    at_++;
    if (at_end() || std::string_view("\"\\/bfnrtu").find(next()) == std::string_view::npos) {
      return fail("no such escape in JSON");
    }
    const bool is_code = next() == 'u';
    at_++;
    for (int i = 0; is_code && i < 4; i++, at_++) {
      if (!is_hex_digit(next())) return fail("\\u needs four hexadecimal digits");
    }
  }

  void word(std::string_view expected) {
    for (const char c : expected) {
      if (next() != c) return fail("expected a value");
      at_++;
    }
    if (is_digit(next()) || (next() >= 'a' && next() <= 'z')) fail("expected a value");
  }

  void number() {
    const std::size_t end = number_end(text_, at_);
    if (end == at_) {
      const bool is_text = !at_end() && utf8_length(text_, at_) > 0;
      if (!is_text && !at_end()) return fail_here("this is not UTF-8");
      return fail(next() == '-' || is_digit(next()) ? "this is not a number as JSON writes it"
                                                    : "expected a value");
    }
    at_ = end;
  }

  std::string_view text_;
  std::size_t depth_limit_;
  std::size_t at_ = 0;
  std::vector<bool> objects_;
  std::optional<Fault> fault_;
};

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) at++;
  return at;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<std::uint8_t>(text[at]);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || first > 0xF4 || length > text.size() - at) return 0;
  for (std::size_t i = 1; i < length; i++) {
    if (!is_continuation(text[at + i])) return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const auto second = static_cast<std::uint8_t>(text[at + 1]);
  const bool is_refused = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                          (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return is_refused ? 0 : length;
}

std::size_t number_end(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  if (text.substr(at).starts_with('-')) at++;
  const std::size_t whole_end = skip_digits(text, at);
  const bool has_leading_zero = whole_end - at > 1 && text[at] == '0';
  if (whole_end == at || has_leading_zero) return start;
  at = whole_end;
  if (text.substr(at).starts_with('.')) {
    const std::size_t fraction_end = skip_digits(text, at + 1);
    if (fraction_end == at + 1) return start;
    at = fraction_end;
  }
  if (text.substr(at).starts_with('e') || text.substr(at).starts_with('E')) {
    at++;
    if (text.substr(at).starts_with('+') || text.substr(at).starts_with('-')) at++;
    const std::size_t exponent_end = skip_digits(text, at);
    if (exponent_end == at) return start;
    at = exponent_end;
  }
  return at;
}

std::optional<Fault> first_fault(std::string_view text, std::size_t depth_limit) {
  return Checker(text, depth_limit).run();
}

}  // namespace estream::json
