#include "json/repair.h"

#include <simdjson.h>

#include <charconv>
#include <cstdint>

#include "json/syntax_check.h"

namespace estream::json {

namespace {

constexpr std::string_view largest_double = "1.7976931348623157e308";

class Repairer {
 public:
  explicit Repairer(std::string_view text) : text_(text) {}

  std::string run() {
    repaired_.reserve(text_.size() + 64);
    while (at_ < text_.size()) {
      if (text_[at_] == '"') {
        string();
      } else if (const std::size_t end = number_end(text_, at_); end > at_) {
        number(end);
      } else {
        repaired_.push_back(text_[at_++]);
      }
    }
    return std::move(repaired_);
  }

  bool has_lone_surrogate() const { return has_lone_surrogate_; }

 private:
  void string() {
    const std::size_t start = at_++;
    std::size_t copied = start;
    while (text_[at_] != '"') {
      if (text_[at_] != '\\') {
        at_++;
      } else if (text_[at_ + 1] != 'u') {
        at_ += 2;
      } else {
        repaired_.append(text_.substr(copied, at_ - copied));
        code_escape();
        copied = at_;
      }
    }
    at_++;
    repaired_.append(text_.substr(copied, at_ - copied));
  }

  // Copies a pair of surrogates as one, so that its second half is not taken for a lone one.
  void code_escape() {
    const std::uint32_t code = code_at(at_);
    const bool is_high = code >= 0xD800 && code < 0xDC00;
    const bool is_low = code >= 0xDC00 && code < 0xE000;
    std::size_t length = 6;
    if (is_high && text_.substr(at_ + 6, 2) == "\\u") {
      const std::uint32_t second = code_at(at_ + 6);
      if (second >= 0xDC00 && second < 0xE000) length = 12;
    }
    const bool is_lone = is_low || (is_high && length == 6);
    has_lone_surrogate_ = has_lone_surrogate_ || is_lone;
    repaired_.append(is_lone ? "\\ufffd" : text_.substr(at_, length));
    at_ += length;
  }

  std::uint32_t code_at(std::size_t at) const {
    std::uint32_t code = 0;
    std::from_chars(text_.data() + at + 2, text_.data() + at + 6, code, 16);
    return code;
  }

  void number(std::size_t end) {
    const std::string_view token = text_.substr(at_, end - at_);
    at_ = end;
    const bool is_integer = token.find_first_of(".eE") == token.npos;
    const bool may_overflow = is_integer ? token.size() >= 19 : true;
    if (!may_overflow || is_accepted(token)) {
      repaired_.append(token);
    } else if (is_integer && is_accepted(std::string(token) + ".0")) {
      repaired_.append(token).append(".0");
    } else {
      if (token.front() == '-') repaired_.push_back('-');
      repaired_.append(largest_double);
    }
  }

  // simdjson itself is asked, so that the two never disagree on where a double ends.
  bool is_accepted(std::string_view token) {
    simdjson::dom::element element;
    return parser_.parse(token.data(), token.size(), true).get(element) == simdjson::SUCCESS;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string repaired_;
  bool has_lone_surrogate_ = false;
  simdjson::dom::parser parser_;
};

}  // namespace

std::string repaired_for_simdjson(std::string_view text) { return Repairer(text).run(); }

bool has_lone_surrogate(std::string_view text) {
  Repairer repairer(text);
  repairer.run();
  return repairer.has_lone_surrogate();
}

}  // namespace estream::json
