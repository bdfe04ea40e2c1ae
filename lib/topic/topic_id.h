#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/system.h"

namespace estream::topic {

// Which topic it is, whatever its name: 16 random bytes, made once with the topic. A copy of its
// files keeps it; a branch, and a topic that is made anew under the same name, have their own. All
// zero is none: topics that were made before there were ids, and it equals nothing.
class TopicId {
 public:
  TopicId() = default;

  static TopicId make(io::System& system);
  // 32 hexadecimal digits, in lower case. None is not written, so it is not read either.
  static std::optional<TopicId> parse(std::string_view text);
  // As a broker writes it: 22 characters of base64 for URLs.
  static std::optional<TopicId> parse_base64(std::string_view text);

  bool is_none() const { return *this == TopicId(); }
  std::string to_text() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  friend bool operator==(const TopicId&, const TopicId&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_ = {};
};

// Whether both are known and differ: what has none is not compared.
bool are_different(const TopicId& a, const TopicId& b);

// "topic id 0123...", or "no topic id".
std::string describe(const TopicId& id);

}  // namespace estream::topic
