#include "tool/records/sequence_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

#include "json/value.h"

namespace estream::tool {

namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
constexpr std::size_t half_digits_max = 8;

// Nothing unless the whole text is a number.
template <class Number>
std::optional<Number> read_number(std::string_view text, int base) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number, base);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return number;
}

// One of the two halves of a log position.
std::optional<std::uint32_t> read_half(std::string_view text) {
  if (text.size() > half_digits_max) return std::nullopt;
  return read_number<std::uint32_t>(text, 16);
}

Error wrong(std::string message) { return {Error::Code::data, std::move(message)}; }

Error not_a_sequence() { return wrong("is not a whole number, HEX/HEX or an array of these"); }

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string_view without_quotes(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  const bool is_number = text.find('/') == text.npos;
  return is_quoted && !is_number ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

Result<SequenceValue> SequenceValue::of(const json::Value& value) {
  SequenceValue sequence;
  if (value.kind != json::Kind::array) {
    TRY(sequence.add(value));
    return sequence;
  }
  sequence.is_array_ = true;
  for (const simdjson::dom::element element : json::array_of(value)) {
    if (sequence.count_ == members_max) {
      return wrong(fmt::format("is an array of more than {} members", members_max));
    }
    TRY(sequence.add(json::value_of(element)));
  }
  if (sequence.count_ == 0) return not_a_sequence();
  return sequence;
}

Result<SequenceValue> SequenceValue::parse(std::string_view text) {
  SequenceValue sequence;
  text = without_blanks(text);
  sequence.is_array_ = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  if (sequence.is_array_) text = text.substr(1, text.size() - 2);
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = sequence.is_array_ ? text.find(',', at) : text.npos;
    const std::size_t end = std::min(comma, text.size());
    if (sequence.count_ == members_max) return not_a_sequence();
    TRY(sequence.add_text(without_quotes(without_blanks(text.substr(at, end - at)))));
    at = end + 1;
  }
  return sequence;
}

Result<void> SequenceValue::add(const json::Value& value) {
  if (value.kind == json::Kind::string && add_log_position(value.text)) return {};
  if (value.kind != json::Kind::number) return not_a_sequence();
  if (const auto* number = std::get_if<std::int64_t>(&value.number)) {
    add_number(*number);
    return {};
  }
  return std::holds_alternative<double>(value.number) ? not_a_sequence()
                                                      : wrong("is larger than 9223372036854775807");
}

Result<void> SequenceValue::add_text(std::string_view text) {
  if (add_log_position(text)) return {};
  const auto number = read_number<std::int64_t>(text, 10);
  if (!number) return not_a_sequence();
  add_number(*number);
  return {};
}

bool SequenceValue::add_log_position(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return false;
  const auto high = read_half(text.substr(0, slash));
  const auto low = read_half(text.substr(slash + 1));
  if (!high || !low) return false;
  add_member(Kind::log_position, std::uint64_t{*high} << 32 | *low);
  return true;
}

void SequenceValue::add_number(std::int64_t number) {
  add_member(Kind::number, static_cast<std::uint64_t>(number) ^ sign_bit);
}

void SequenceValue::add_member(Kind kind, std::uint64_t member) {
  kinds_[count_] = kind;
  members_[count_] = member;
  count_++;
}

std::string SequenceValue::text_of_member(std::size_t i) const {
  const std::uint64_t member = members_[i];
  if (kinds_[i] == Kind::number)
    return std::to_string(static_cast<std::int64_t>(member ^ sign_bit));
  return fmt::format("{:X}/{:X}", member >> 32, member & UINT32_MAX);
}

std::string SequenceValue::to_text() const {
  if (!is_array_) return text_of_member(0);
  std::string text = "[";
  for (std::size_t i = 0; i < count_; i++) {
    if (i > 0) text += ",";
    text += text_of_member(i);
  }
  return text + "]";
}

std::string SequenceValue::kind() const {
  const auto name = [](Kind kind) { return kind == Kind::number ? "a whole number" : "HEX/HEX"; };
  if (!is_array_) return name(kinds_[0]);
  std::string text = "an array of ";
  for (std::size_t i = 0; i < count_; i++) {
    if (i > 0) text += i + 1 == count_ ? " and " : ", ";
    text += name(kinds_[i]);
  }
  return text;
}

}  // namespace estream::tool
