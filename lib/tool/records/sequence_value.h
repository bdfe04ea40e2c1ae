#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::json {
struct Value;
}

namespace estream::tool {

// Where an event is in an input that says so itself, such as the change log of a database: a whole
// number of 64 bits, the position of a log as PostgreSQL writes it ("16/B374D848"), or an array of
// these, which is compared member by member.
class SequenceValue {
 public:
  static constexpr std::size_t members_max = 8;

  // Of a value of an event. Error::Code::data is a clause about the value: "is not a ...".
  static Result<SequenceValue> of(const json::Value& value);
  // Of a text as to_text() writes it; the positions of an array may also be in quotes, as in JSON.
  static Result<SequenceValue> parse(std::string_view text);

  // 42, 16/B374D848, [3,16/B374D848].
  std::string to_text() const;
  // For messages: "a whole number", "HEX/HEX", "an array of a whole number and HEX/HEX".
  std::string kind() const;
  // Only two of a kind can be compared: arrays have as many members, each of the same kind.
  bool is_of_kind_of(const SequenceValue& other) const {
    return is_array_ == other.is_array_ && count_ == other.count_ && kinds_ == other.kinds_;
  }

  // Of two of a kind.
  friend std::strong_ordering operator<=>(const SequenceValue& a, const SequenceValue& b) {
    return a.members_ <=> b.members_;
  }
  friend bool operator==(const SequenceValue& a, const SequenceValue& b) = default;

 private:
  enum class Kind : std::uint8_t { none, number, log_position };

  Result<void> add(const json::Value& value);
  Result<void> add_text(std::string_view text);
  bool add_log_position(std::string_view text);
  void add_number(std::int64_t number);
  void add_member(Kind kind, std::uint64_t member);
  std::string text_of_member(std::size_t i) const;

  bool is_array_ = false;
  std::size_t count_ = 0;
  // Fixed, so that nothing is allocated for an event. Members are stored so that their order is
  // that of unsigned numbers. Those that do not exist are zero.
  std::array<Kind, members_max> kinds_ = {};
  std::array<std::uint64_t, members_max> members_ = {};
};

}  // namespace estream::tool
