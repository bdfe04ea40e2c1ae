#include "tool/inspect/key_counter.h"

#include <doctest/doctest.h>

#include <string>

using namespace estream::tool;

TEST_CASE("few keys are counted exactly, the most frequent first") {
  KeyCounter counter(10);
  for (const char* key : {"b", "a", "c", "b", "c", "b"}) counter.add(key);
  counter.add(std::nullopt);
  counter.add("");
  const auto rows = counter.top(10);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].key == "b");
  CHECK(rows[0].count == 3);
  CHECK(rows[1].key == "c");
  CHECK(counter.is_exact());
  CHECK(counter.distinct() == 4);
  CHECK(counter.records() == 8);
  CHECK(counter.top(2).size() == 2);
  CHECK(counter.top(0).empty());
}

TEST_CASE("a null key is a row and no key") {
  KeyCounter counter(10);
  counter.add(std::nullopt);
  REQUIRE(counter.top(5).size() == 1);
  CHECK(!counter.top(5)[0].key);
  CHECK(counter.distinct() == 0);
}

TEST_CASE("beyond the limit the frequent keys are found, and counts are lower bounds") {
  KeyCounter counter(1000);
  const int rounds = 30'000;
  for (int i = 0; i < rounds; i++) {
    counter.add("rare-" + std::to_string(i));
    if (i % 2 == 0) counter.add("often");
    if (i % 5 == 0) counter.add("sometimes");
  }
  CHECK(!counter.is_exact());
  const auto rows = counter.top(2);
  CHECK(rows[0].key == "often");
  CHECK(rows[0].count == rounds / 2);
  CHECK(rows[1].key == "sometimes");
  CHECK(rows[1].count <= rounds / 5);
  CHECK(rows[1].count >= rounds / 10);
}

TEST_CASE("a count is exact only for a key that was never forgotten") {
  KeyCounter counter(4);
  for (int i = 0; i < 100; i++) counter.add("often");
  for (const char* key : {"a", "b", "c", "d", "a", "a"}) counter.add(key);
  for (const KeyCounter::Row& row : counter.top(10)) {
    CAPTURE(*row.key);
    CHECK(row.is_exact == (row.key == "often"));
  }
}

TEST_CASE("the estimate of distinct keys is within 3 percent") {
  for (const int count : {1, 10, 1000, 30'000, 60'000, 1'000'000}) {
    DistinctEstimate estimate;
    for (int i = 0; i < count; i++) estimate.add("key-" + std::to_string(i * 7));
    for (int i = 0; i < count / 2; i++) estimate.add("key-" + std::to_string(i * 7));
    CAPTURE(count);
    CHECK(static_cast<double>(estimate.count()) == doctest::Approx(count).epsilon(0.03));
  }
}
