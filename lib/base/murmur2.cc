#include "base/murmur2.h"

#include "base/assert.h"

namespace estream {

namespace {

constexpr std::uint32_t seed = 0x9747B28C;
constexpr std::uint32_t multiplier = 0x5BD1E995;

std::uint32_t byte_at(Bytes bytes, std::size_t at) { return static_cast<std::uint32_t>(bytes[at]); }

std::uint32_t mixed(std::uint32_t word) {
  word *= multiplier;
  word ^= word >> 24;
  return word * multiplier;
}

}  // namespace

std::int32_t murmur2(Bytes key) {
  std::uint32_t hash = seed ^ static_cast<std::uint32_t>(key.size());
  std::size_t at = 0;
  for (; key.size() - at >= 4; at += 4) {
    // Little-endian whatever the machine; compilers make one load of it.
    const std::uint32_t word = byte_at(key, at) | byte_at(key, at + 1) << 8 |
                               byte_at(key, at + 2) << 16 | byte_at(key, at + 3) << 24;
    hash = hash * multiplier ^ mixed(word);
  }
  if (at < key.size()) {
    for (std::size_t tail = at; tail < key.size(); tail++) {
      hash ^= byte_at(key, tail) << (8 * (tail - at));
    }
    hash *= multiplier;
  }
  hash ^= hash >> 13;
  hash *= multiplier;
  hash ^= hash >> 15;
  return static_cast<std::int32_t>(hash);
}

std::int32_t partition_for_key(Bytes key, std::int32_t partition_count) {
  ASSERT(partition_count > 0);
  return (murmur2(key) & 0x7FFFFFFF) % partition_count;
}

}  // namespace estream
