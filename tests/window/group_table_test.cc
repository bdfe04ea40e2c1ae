#include "window/group_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>

#include "support/seed.h"
#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

static void set(GroupTable& table, GroupTable::Place place, std::uint64_t number) {
  std::memcpy(table.data(place), &number, sizeof(number));
}

static std::uint64_t get(const GroupTable& table, GroupTable::Place place) {
  std::uint64_t number = 0;
  std::memcpy(&number, table.data(place), sizeof(number));
  return number;
}

TEST_CASE("a new table has no groups") {
  const GroupTable table(8);
  CHECK(table.size() == 0);
  CHECK(table.find(text_key("a")) == GroupTable::none);
  CHECK(table.places().empty());
}

TEST_CASE("keys of the same text and another kind are different groups") {
  GroupTable table(8);
  GroupKey text = text_key("null");
  GroupKey json = text;
  json.kind = GroupKey::Kind::json;
  GroupKey null;
  set(table, table.add(text), 1);
  set(table, table.add(json), 2);
  set(table, table.add(null), 3);
  CHECK(get(table, table.find(text)) == 1);
  CHECK(get(table, table.find(json)) == 2);
  CHECK(get(table, table.find(null)) == 3);
  CHECK(table.key(table.find(json)).kind == GroupKey::Kind::json);
  CHECK(table.key(table.find(null)) == null);
}

TEST_CASE("the order is that of bytes, then of kinds") {
  GroupTable table(0);
  GroupKey json = text_key("b");
  json.kind = GroupKey::Kind::json;
  std::vector<GroupKey> keys = {text_key("b"),        json,
                                text_key(""),         text_key("ab"),
                                text_key("a"),        text_key(std::string_view("a\0", 2)),
                                text_key("\xff"),     text_key("12345678"),
                                text_key("123456789")};
  for (const GroupKey& key : keys) table.add(key);
  std::ranges::sort(keys, [](const GroupKey& a, const GroupKey& b) { return a < b; });
  std::vector<GroupKey> sorted;
  for (const auto place : table.sorted_places()) sorted.push_back(table.key(place));
  CHECK(sorted == keys);
}

TEST_CASE("states are aligned, and do not move") {
  GroupTable table(24);
  std::map<std::string, std::byte*> places;
  for (int i = 0; i < 5000; i++) {
    const std::string key(static_cast<std::size_t>(i % 50), 'k');
    const std::string whole = key + std::to_string(i);
    places[whole] = table.data(table.add(text_key(whole)));
    CHECK(reinterpret_cast<std::uintptr_t>(places[whole]) % 16 == 0);
  }
  for (const auto& [key, place] : places) CHECK(table.data(table.find(text_key(key))) == place);
}

TEST_CASE("a key may be larger than a chunk") {
  GroupTable table(8);
  const std::string large(3'000'000, 'x');
  const std::string other = large + "y";
  set(table, table.add(text_key(large)), 1);
  set(table, table.add(text_key("a")), 2);
  set(table, table.add(text_key(other)), 3);
  CHECK(get(table, table.find(text_key(large))) == 1);
  CHECK(get(table, table.find(text_key("a"))) == 2);
  CHECK(get(table, table.find(text_key(other))) == 3);
  table.remove(table.find(text_key(large)));
  CHECK(table.find(text_key(large)) == GroupTable::none);
  CHECK(get(table, table.find(text_key(other))) == 3);
}

TEST_CASE("a table does what a map does") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto number = [&](std::uint64_t below) { return random() % below; };
  for (int round = 0; round < 30; round++) {
    GroupTable table(8);
    std::map<std::string, std::uint64_t> map;
    const std::uint64_t keys = 1 + number(300);
    const std::uint64_t hashes = number(2) == 0 ? UINT64_MAX : 1 + number(20);  // Many are equal.
    for (int i = 0; i < 3000; i++) {
      const std::string text = std::string(number(3) * 9, '.') + std::to_string(number(keys));
      GroupKey key = text_key(text);
      key.hash %= hashes;
      const auto place = table.find(key);
      REQUIRE((place != GroupTable::none) == map.contains(text));
      if (place != GroupTable::none) {
        REQUIRE(get(table, place) == map[text]);
        REQUIRE(table.key(place) == key);
      }
      if (place == GroupTable::none) {
        map[text] = random();
        set(table, table.add(key), map[text]);
      } else if (number(2) == 0) {
        table.remove(place);
        map.erase(text);
      }
      REQUIRE(table.size() == map.size());
    }
    std::vector<std::string> sorted;
    for (const auto place : table.sorted_places()) sorted.emplace_back(table.key(place).text);
    std::vector<std::string> expected;
    for (const auto& [text, value] : map) expected.push_back(text);
    REQUIRE(sorted == expected);
    REQUIRE(table.places().size() == map.size());
  }
}
