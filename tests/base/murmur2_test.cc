#include "base/murmur2.h"

#include <doctest/doctest.h>

#include <array>

using namespace estream;

namespace {

struct Case {
  std::string_view key;
  std::int32_t hash;
  std::array<std::int32_t, 4> partitions;  // Of 3, 6, 10 and 12.
};

// The hashes are what Kafka's own tests expect; the one of the empty key is computed from the
// description of the algorithm.
constexpr std::array<Case, 7> cases = {{
    {"21", -973932308, {0, 0, 0, 0}},
    {"foobar", -790332482, {0, 0, 6, 6}},
    {"a-little-bit-long-string", -985981536, {2, 2, 2, 8}},
    {"a-little-bit-longer-string", -1486304829, {2, 5, 9, 11}},
    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971, {2, 5, 7, 5}},
    {"abc", 479470107, {0, 3, 7, 3}},
    {"", 275646681, {0, 3, 1, 9}},
}};

}  // namespace

TEST_CASE("murmur2 hashes keys as Kafka does") {
  for (const Case& c : cases) {
    CAPTURE(c.key);
    CHECK(murmur2(as_bytes(c.key)) == c.hash);
  }
}

TEST_CASE("keys go to the partitions that Kafka sends them to") {
  for (const Case& c : cases) {
    CAPTURE(c.key);
    CHECK(partition_for_key(as_bytes(c.key), 3) == c.partitions[0]);
    CHECK(partition_for_key(as_bytes(c.key), 6) == c.partitions[1]);
    CHECK(partition_for_key(as_bytes(c.key), 10) == c.partitions[2]);
    CHECK(partition_for_key(as_bytes(c.key), 12) == c.partitions[3]);
  }
}

TEST_CASE("bytes above 127 at the end of a key count as unsigned") {
  // As signed numbers they would smear over the upper bits. The values come from an independent
  // implementation.
  CHECK(murmur2(as_bytes("\xff")) == -311467685);
  CHECK(murmur2(as_bytes("abcd\x80\xfe\xff")) == -560879304);
}
