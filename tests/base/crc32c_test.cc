#include "base/crc32c.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "support/hex.h"
#include "support/seed.h"

using namespace estream;

namespace {

using Extend = std::uint32_t (*)(std::uint32_t, Bytes);

// RFC 3720, appendix B.4, and the check value that catalogues of CRCs give.
void check_published_values(Extend extend) {
  std::vector<std::byte> rising(32);
  std::vector<std::byte> falling(32);
  for (std::size_t i = 0; i < 32; i++) {
    rising[i] = static_cast<std::byte>(i);
    falling[i] = static_cast<std::byte>(31 - i);
  }
  CHECK(extend(0, {}) == 0);
  CHECK(extend(0, as_bytes("123456789")) == 0xE3069283);
  CHECK(extend(0, std::vector<std::byte>(32, std::byte{0x00})) == 0x8A9136AA);
  CHECK(extend(0, std::vector<std::byte>(32, std::byte{0xFF})) == 0x62A8AB43);
  CHECK(extend(0, rising) == 0x46DD794E);
  CHECK(extend(0, falling) == 0x113FDB5C);
  CHECK(extend(0, from_hex("01c00000 00000000 00000000 00000000 14000000 00000400"
                           "00000014 00000018 28000000 00000000 02000000 00000000")) == 0xD9963A56);
}

}  // namespace

TEST_CASE("crc32c answers the published values") {
  CHECK(crc32c(as_bytes("123456789")) == 0xE3069283);
  check_published_values(crc32c_extend);
}

TEST_CASE("the portable crc32c answers the published values") {
  check_published_values(crc32c_detail::extend_portable);
}

TEST_CASE("the crc32c of x86-64 answers the published values") {
  if (crc32c_detail::has_sse42()) check_published_values(crc32c_detail::extend_sse42);
}

TEST_CASE("both ways to compute crc32c agree at every length, alignment and start") {
  if (!crc32c_detail::has_sse42()) return;
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::byte> bytes(40000);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());

  // Up to 3 x 256 every length, then lengths around and beyond 3 x 4096.
  for (std::size_t size = 0; size < bytes.size() - 8; size += size < 800 ? 1 : 1 + random() % 500) {
    CAPTURE(size);
    const Bytes part = Bytes(bytes).subspan(random() % 8, size);
    const auto start = static_cast<std::uint32_t>(random());
    REQUIRE(crc32c_detail::extend_sse42(start, part) ==
            crc32c_detail::extend_portable(start, part));
  }
}

TEST_CASE("a checksum can be extended piece by piece") {
  const Bytes whole = as_bytes("the quick brown fox jumps over the lazy dog");
  for (std::size_t cut = 0; cut <= whole.size(); cut++) {
    CHECK(crc32c_extend(crc32c(whole.first(cut)), whole.subspan(cut)) == crc32c(whole));
  }
}
