#include "log/maintenance/key_map.h"

#include <doctest/doctest.h>

#include <string>

using namespace estream;
using namespace estream::log;

TEST_CASE("the last offset of each of many keys is found") {
  KeyMap map(64 << 20, {1, 2});
  for (std::int64_t i = 0; i < 30'000; i++) {
    REQUIRE(map.put("key " + std::to_string(i % 10'000), {i}));
  }
  CHECK(map.size() == 10'000);
  // The table grows, and what is in it moves.
  for (std::int64_t i = 0; i < 30'000; i++) {
    REQUIRE(map.put("other key " + std::to_string(i), {30'000 + i}));
  }
  for (std::int64_t i = 0; i < 10'000; i++) {
    REQUIRE(map.find("key " + std::to_string(i)) == Offset{20'000 + i});
  }
  CHECK(!map.find("key 10000"));
}

TEST_CASE("an empty key is a key") {
  KeyMap map(1 << 20, {1, 2});
  CHECK(!map.find(""));
  REQUIRE(map.put("", {7}));
  CHECK(map.find("") == Offset{7});
}

TEST_CASE("a map that is full refuses new keys and keeps the old ones up to date") {
  KeyMap map(0, {1, 2});
  std::int64_t count = 0;
  while (map.put(std::to_string(count), {count})) count++;
  CHECK(count >= 4);
  CHECK(!map.find(std::to_string(count)));
  REQUIRE(map.put("0", {1000}));
  CHECK(map.find("0") == Offset{1000});
  CHECK(map.size() == static_cast<std::size_t>(count));
}
