#include "base/varint.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <random>
#include <string>

#include "support/hex.h"
#include "support/seed.h"

using namespace estream;

namespace {

std::string varint_hex(std::int32_t value) {
  std::array<char, 16> out = {};
  const char* end = store_varint(out.data(), value);
  CHECK(static_cast<std::size_t>(end - out.data()) == varint_size(value));
  return to_hex(as_bytes({out.data(), end}));
}

std::string varlong_hex(std::int64_t value) {
  std::array<char, 16> out = {};
  const char* end = store_varlong(out.data(), value);
  CHECK(static_cast<std::size_t>(end - out.data()) == varlong_size(value));
  return to_hex(as_bytes({out.data(), end}));
}

void check_both_ways(std::int32_t value, const std::string& hex) {
  CAPTURE(value);
  const auto bytes = from_hex(hex);
  CHECK(varint_hex(value) == hex);
  CHECK(varlong_hex(value) == hex);
  VarintCursor cursor(as_text(bytes));
  CHECK(cursor.varint() == value);
  CHECK(cursor.ok());
  CHECK(cursor.remaining() == 0);
  CHECK(VarintCursor(as_text(bytes)).varlong() == value);
}

bool is_varint(const std::string& hex) {
  const auto bytes = from_hex(hex);
  VarintCursor cursor(as_text(bytes));
  cursor.varint();
  return cursor.ok();
}

bool is_varlong(const std::string& hex) {
  const auto bytes = from_hex(hex);
  VarintCursor cursor(as_text(bytes));
  cursor.varlong();
  return cursor.ok();
}

}  // namespace

TEST_CASE("varints have Kafka's encoding") {
  check_both_ways(0, "00");
  check_both_ways(-1, "01");
  check_both_ways(1, "02");
  check_both_ways(63, "7e");
  check_both_ways(-64, "7f");
  check_both_ways(64, "8001");
  check_both_ways(-65, "8101");
  check_both_ways(8191, "fe7f");
  check_both_ways(-8192, "ff7f");
  check_both_ways(8192, "808001");
  check_both_ways(-8193, "818001");
  check_both_ways(1048575, "feff7f");
  check_both_ways(1048576, "80808001");
  check_both_ways(134217727, "feffff7f");
  check_both_ways(134217728, "8080808001");
  check_both_ways(std::numeric_limits<std::int32_t>::max(), "feffffff0f");
  check_both_ways(std::numeric_limits<std::int32_t>::min(), "ffffffff0f");
}

TEST_CASE("varlongs have Kafka's encoding") {
  CHECK(varlong_hex(std::numeric_limits<std::int64_t>::max()) == "feffffffffffffffff01");
  CHECK(varlong_hex(std::numeric_limits<std::int64_t>::min()) == "ffffffffffffffffff01");
  const auto largest = from_hex("feffffffffffffffff01");
  CHECK(VarintCursor(as_text(largest)).varlong() == std::numeric_limits<std::int64_t>::max());
  const auto smallest = from_hex("ffffffffffffffffff01");
  CHECK(VarintCursor(as_text(smallest)).varlong() == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("random varlongs come back") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; i++) {
    const auto value = static_cast<std::int64_t>(random()) >> (random() % 64);
    CAPTURE(value);
    const auto bytes = from_hex(varlong_hex(value));
    REQUIRE(VarintCursor(as_text(bytes)).varlong() == value);
  }
}

TEST_CASE("a varint that is cut short or too long fails") {
  for (const char* hex :
       {"", "80", "ff", "8080", "ffff", "80808080", "8080808080", "ffffffffff00"}) {
    CAPTURE(hex);
    CHECK_FALSE(is_varint(hex));
  }
  CHECK(is_varint("ffffffff0f"));
}

TEST_CASE("a varlong that is cut short or too long fails") {
  CHECK_FALSE(is_varlong("808080808080808080"));
  CHECK_FALSE(is_varlong("80808080808080808080"));
  CHECK_FALSE(is_varlong("8080808080808080808000"));
  CHECK(is_varlong("80808080808080808000"));
}

TEST_CASE("forms longer than needed are read") {
  for (const char* hex : {"8200", "828000", "82808000", "8280808000"}) {
    const auto bytes = from_hex(hex);
    VarintCursor cursor(as_text(bytes));
    CHECK(cursor.varint() == 1);
    CHECK(cursor.ok());
  }
}

TEST_CASE("bits beyond a varint's width are dropped, as Kafka does") {
  const auto bytes = from_hex("feffffff7f");
  CHECK(VarintCursor(as_text(bytes)).varint() == std::numeric_limits<std::int32_t>::max());
}

TEST_CASE("a cursor takes values and bytes in turn") {
  const auto bytes = from_hex("06 616263 01 8001");
  VarintCursor cursor(as_text(bytes));
  CHECK(cursor.bytes(cursor.varint()) == "abc");
  CHECK(cursor.remaining() == 3);
  CHECK(cursor.varint() == -1);
  CHECK(cursor.varlong() == 64);
  CHECK(cursor.remaining() == 0);
  CHECK(cursor.ok());
}

TEST_CASE("bytes beyond the end or fewer than none fail") {
  for (const std::int64_t count :
       {std::int64_t{4}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    VarintCursor cursor("abc");
    CHECK(cursor.bytes(count).empty());
    CHECK_FALSE(cursor.ok());
  }
}

TEST_CASE("a failed cursor stays failed and answers zero") {
  VarintCursor cursor("\x02\x04");
  cursor.bytes(3);
  CHECK(cursor.varint() == 0);
  CHECK(cursor.varlong() == 0);
  CHECK(cursor.bytes(0).empty());
  CHECK(cursor.remaining() == 0);
  CHECK_FALSE(cursor.ok());
}
