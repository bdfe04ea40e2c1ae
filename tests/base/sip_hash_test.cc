#include "base/sip_hash.h"

#include <doctest/doctest.h>

#include <bit>
#include <string>

using namespace estream;

namespace {

constexpr HashSecret reference_secret = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

// The bytes 0, 1, 2, ...
std::string counted_bytes(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; i++) text += static_cast<char>(i);
  return text;
}

}  // namespace

TEST_CASE("the hash is the published one") {
  // Of the 128-bit vectors that come with the authors' implementation.
  CHECK(sip_hash("", reference_secret) == Hash128{0xe6a825ba047f81a3, 0x930255c71472f66d});
  CHECK(sip_hash(counted_bytes(1), reference_secret) ==
        Hash128{0x44af996bd8c187da, 0x45fc229b11597634});
  CHECK(sip_hash(counted_bytes(15), reference_secret) ==
        Hash128{0x11a8b03399e99354, 0xd9c3cf970fec087e});
  CHECK(sip_hash(counted_bytes(63), reference_secret) ==
        Hash128{0x4a83502f77d15051, 0x7cbd3f979a063e50});
}

TEST_CASE("the hash is right for every length of what is left after whole words") {
  Hash128 all;
  for (int count = 0; count < 64; count++) {
    const Hash128 hash = sip_hash(counted_bytes(static_cast<std::size_t>(count)), reference_secret);
    all.low ^= std::rotl(hash.low, count);
    all.high ^= std::rotl(hash.high, count);
  }
  CHECK(all == Hash128{0xd514038185edc58e, 0x24d8f2e088e4a16c});
}

TEST_CASE("every byte, the length and the secret count in the hash") {
  const std::string text = "a key of more than eight bytes";
  const Hash128 hash = sip_hash(text, reference_secret);
  for (std::size_t i = 0; i < text.size(); i++) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    CHECK(sip_hash(other, reference_secret) != hash);
    CHECK(sip_hash(text.substr(0, i), reference_secret) != hash);
  }
  CHECK(sip_hash(text, {1, 2}) != hash);
}
