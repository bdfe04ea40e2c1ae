#include "tool/lookup/lookup_table.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>

#include "support/memory_system.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::tool;

namespace {

struct Machine : io::MemorySystem {
  Machine() { make_directory_at(current_directory(), "tmp", 0777); }
};

// The value of a key at a time; "-" when it has none.
std::string value_at(const LookupTable& table, const std::string& key, std::int64_t time_ms) {
  std::string out = "behind: ";
  const auto is_found = table.find(key, {time_ms}, out);
  if (!is_found) FAIL(is_found.error().message);
  return *is_found ? out.substr(8) : "-";
}

// The same as a map: of each key, the values by time, partition and number.
class Model {
 public:
  void add(const std::string& key, std::int64_t time_ms, std::int32_t partition,
           const std::string& value) {
    versions_[key][{time_ms, partition, count_++}] = value;
  }
  std::string value_at(const std::string& key, std::int64_t time_ms) const {
    const auto found = versions_.find(key);
    if (found == versions_.end()) return "-";
    const auto after = found->second.lower_bound({time_ms + 1, INT32_MIN, 0});
    return after == found->second.begin() ? "-" : std::prev(after)->second;
  }

 private:
  std::int64_t count_ = 0;
  std::map<std::string, std::map<std::tuple<std::int64_t, std::int32_t, std::int64_t>, std::string>>
      versions_;
};

}  // namespace

TEST_CASE("the version with the greatest time up to the one asked for counts") {
  Machine system;
  LookupTable table(system, {"tmp", 1 << 20});
  CHECK(value_at(table, "k", 100) == "-");
  REQUIRE(table.add("k", {10}, 0, "ten"));
  REQUIRE(table.add("k", {30}, 0, "thirty"));
  REQUIRE(table.add("k", {20}, 0, "twenty"));
  REQUIRE(table.add("", {20}, 0, "empty key"));
  table.settle();
  CHECK(value_at(table, "k", 9) == "-");
  CHECK(value_at(table, "k", 10) == "ten");
  CHECK(value_at(table, "k", 29) == "twenty");
  CHECK(value_at(table, "k", INT64_MAX) == "thirty");
  CHECK(value_at(table, "", 20) == "empty key");
  CHECK(value_at(table, "l", 20) == "-");
}

TEST_CASE("at the same time the later partition counts, and in it the later offset") {
  Machine system;
  LookupTable table(system, {"tmp", 1 << 20});
  REQUIRE(table.add("k", {10}, 1, "1 first"));
  REQUIRE(table.add("k", {10}, 1, "1 later"));
  REQUIRE(table.add("k", {10}, 0, "0"));
  table.settle();
  CHECK(value_at(table, "k", 10) == "1 later");
  REQUIRE(table.add("k", {10}, 0, "0 again"));
  table.settle();
  CHECK(value_at(table, "k", 10) == "1 later");
  REQUIRE(table.add("k", {10}, 2, "2"));
  table.settle();
  CHECK(value_at(table, "k", 10) == "2");
}

TEST_CASE("a table that grows bit by bit, in memory or beyond it, answers as a map does") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&random](std::uint64_t limit) {
    return static_cast<std::int64_t>(random() % limit);
  };
  for (int round = 0; round < 12; round++) {
    CAPTURE(round);
    Machine system;
    const bool is_small = round % 2 == 0;
    LookupTable table(system, {"tmp", is_small ? std::size_t{1} << 20 : std::size_t{1} << 30});
    Model model;
    const std::uint64_t keys = random() % 2 == 0 ? 2 : 3000;
    const std::uint64_t times = random() % 2 == 0 ? 10 : 100'000;
    for (int step = 0; step < 40; step++) {
      for (std::int64_t i = below(2000); i > 0; i--) {
        const std::string key = std::to_string(below(keys));
        const std::int64_t time_ms = below(times);
        const auto partition = static_cast<std::int32_t>(below(3));
        // Some are longer than a block of the store.
        const bool is_long = below(5000) == 0;
        std::string value = std::to_string(below(1'000'000'000));
        value.append(is_long ? 600'000 : static_cast<std::size_t>(below(80)), 'v');
        REQUIRE(table.add(key, {time_ms}, partition, value));
        model.add(key, time_ms, partition, value);
      }
      table.settle();
      for (int i = 0; i < 100; i++) {
        const std::string key = std::to_string(below(keys + 1));
        const std::int64_t time_ms = below(times + 2) - 1;
        CAPTURE(key);
        CAPTURE(time_ms);
        const bool is_equal = value_at(table, key, time_ms) == model.value_at(key, time_ms);
        REQUIRE(is_equal);
      }
    }
    CHECK(table.has_spilled() == is_small);
  }
}

TEST_CASE("no room for temporary files is an error") {
  io::MemorySystem system;
  LookupTable table(system, {"not-there", 1 << 20});
  const std::string value(100'000, 'v');
  Result<void> added;
  for (int i = 0; i < 50 && added; i++) added = table.add("k", {i}, 0, value);
  REQUIRE(!added);
}
