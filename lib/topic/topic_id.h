#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/system.h"

namespace estream::topic {

// Identifies a topic whatever its name is: 16 random bytes, which are made once with the topic. A
// copy of its files keeps the id. A branch has an id of its own, and so has a topic that is removed
// and made again. All zeros means that the topic has no id, because an earlier version made it.
class TopicId {
 public:
  TopicId() = default;

  static TopicId make(io::System& system);
  // 32 hexadecimal digits, in lower case. All zeros is not accepted.
  static std::optional<TopicId> parse(std::string_view text);
  // An id as a broker writes it: 22 characters of base64 for URLs.
  static std::optional<TopicId> parse_base64(std::string_view text);

  // Of exactly 16 bytes; all zeros is no id.
  static TopicId of_bytes(Bytes bytes);

  bool is_none() const { return *this == TopicId(); }
  std::string to_text() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  friend bool operator==(const TopicId&, const TopicId&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_ = {};
};

// Whether both topics have an id, and the ids differ.
bool are_different(const TopicId& a, const TopicId& b);

// "topic id 0123...", or "no topic id".
std::string describe(const TopicId& id);

}  // namespace estream::topic
