#include "topic/topic_id.h"

#include <algorithm>

namespace estream::topic {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

TopicId TopicId::make(io::System& system) {
  TopicId id;
  while (id.is_none()) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < id.bytes_.size(); i++) {
      if (i % sizeof bits == 0) bits = system.random();
      id.bytes_[i] = static_cast<std::uint8_t>(bits);
      bits >>= 8;
    }
  }
  return id;
}

std::optional<TopicId> TopicId::parse(std::string_view text) {
  TopicId id;
  if (text.size() != 2 * id.bytes_.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i++) {
    const std::size_t digit = hex_digits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    id.bytes_[i / 2] = static_cast<std::uint8_t>((std::size_t{id.bytes_[i / 2]} << 4) | digit);
  }
  if (id.is_none()) return std::nullopt;
  return id;
}

std::optional<TopicId> TopicId::parse_base64(std::string_view text) {
  TopicId id;
  if (text.size() != 22) return std::nullopt;
  std::uint32_t bits = 0;
  int bit_count = 0;
  std::size_t done = 0;
  for (const char c : text) {
    const std::size_t digit = base64_digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    id.bytes_[done++] = static_cast<std::uint8_t>(bits >> bit_count);
  }
  if (id.is_none()) return std::nullopt;
  return id;
}

TopicId TopicId::of_bytes(Bytes bytes) {
  TopicId id;
  if (bytes.size() != id.bytes_.size()) return id;
  for (std::size_t i = 0; i < bytes.size(); i++) id.bytes_[i] = static_cast<std::uint8_t>(bytes[i]);
  return id;
}

std::string TopicId::to_text() const {
  std::string text;
  for (const std::uint8_t byte : bytes_) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
  }
  return text;
}

bool are_different(const TopicId& a, const TopicId& b) {
  return !a.is_none() && !b.is_none() && a != b;
}

std::string describe(const TopicId& id) {
  return id.is_none() ? "no topic id" : "topic id " + id.to_text();
}

}  // namespace estream::topic
