#include "base/sip_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace estream {

namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  std::uint64_t finish() {
    for (int i = 0; i < 4; i++) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

template <class Part>
std::uint64_t load_le(const char* bytes) {
  std::array<unsigned char, sizeof(Part)> part;
  std::memcpy(part.data(), bytes, sizeof(Part));
  if constexpr (std::endian::native == std::endian::big) std::ranges::reverse(part);
  return std::bit_cast<Part>(part);
}

// Up to seven bytes, the first one the lowest, in few loads that may overlap: most keys are short,
// and byte by byte this took as long as the rest.
std::uint64_t rest_of(const char* bytes, std::size_t count) {
  if (count >= 4) {
    const std::size_t at = count - 4;
    return load_le<std::uint32_t>(bytes) | load_le<std::uint32_t>(bytes + at) << (8 * at);
  }
  if (count == 0) return 0;
  // The first, the middle and the last of up to three bytes; some are the same one.
  const std::size_t last = count - 1;
  const std::size_t middle = count / 2;
  return load_le<std::uint8_t>(bytes) | load_le<std::uint8_t>(bytes + middle) << (8 * middle) |
         load_le<std::uint8_t>(bytes + last) << (8 * last);
}

}  // namespace

Hash128 sip_hash(std::string_view text, const HashSecret& secret) {
  State state = {secret[0] ^ 0x736f6d6570736575, secret[1] ^ 0x646f72616e646f6d ^ 0xee,
                 secret[0] ^ 0x6c7967656e657261, secret[1] ^ 0x7465646279746573};
  const std::size_t size = text.size();
  while (text.size() >= 8) {
    state.take(load_le<std::uint64_t>(text.data()));
    text.remove_prefix(8);
  }
  state.take(rest_of(text.data(), text.size()) | static_cast<std::uint64_t>(size) << 56);
  Hash128 hash;
  state.v2 ^= 0xee;
  hash.low = state.finish();
  state.v1 ^= 0xdd;
  hash.high = state.finish();
  return hash;
}

}  // namespace estream
