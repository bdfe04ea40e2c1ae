#include "window/ranked_values.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "support/seed.h"

namespace estream::window {

using By = RankedValues::By;

struct RankedEvent {
  std::string json;
  EventOrder order;
};

static RankedValues ranked(By by, unsigned size, const std::vector<RankedEvent>& events) {
  RankedValues values(by, size);
  for (const RankedEvent& event : events) {
    Argument value;
    value.kind = Argument::Kind::other;
    value.json = event.json;
    if (by == By::number) {
      value.kind = Argument::Kind::number;
      value.number = Quantity::parse(event.json);
    }
    values.add(value, event.order);
  }
  return values;
}

static std::string printed(const RankedValues& values) {
  std::string text;
  values.append(text);
  return text;
}

static std::string saved(const RankedValues& values) {
  std::string bytes;
  values.save(bytes);
  return bytes;
}

// Events in the order in which they are named.
static std::vector<RankedEvent> in_order(const std::vector<std::string>& values) {
  std::vector<RankedEvent> events;
  for (const std::string& value : values) {
    events.push_back({value, {.time = {std::ssize(events)}, .source = 0, .offset = {7}}});
  }
  return events;
}

TEST_CASE("the largest numbers come first, as they were written") {
  CHECK(printed(ranked(By::number, 3, in_order({"2", "10.50", "-7", "1e1", "3"}))) ==
        "[10.50,1e1,3]");
  CHECK(printed(ranked(By::number, 2, in_order({"1.0", "1", "1.00"}))) == "[1.0,1]");
  CHECK(printed(ranked(By::number, 9, in_order({"2"}))) == "[2]");
  CHECK(printed(ranked(By::number, 1, {})) == "[]");
}

TEST_CASE("the first values are those of the first events, by time, then partition, then offset") {
  const std::vector<RankedEvent> events = {
      {"\"d\"", {.time = {2}, .source = 0, .offset = {0}}},
      {"\"c\"", {.time = {1}, .source = 1, .offset = {0}}},
      {"\"b\"", {.time = {1}, .source = 0, .offset = {9}}},
      {"\"a\"", {.time = {1}, .source = 0, .offset = {8}}},
  };
  CHECK(printed(ranked(By::event, 3, events)) == R"(["a","b","c"])");
  CHECK(printed(ranked(By::event, 9, events)) == R"(["a","b","c","d"])");
}

TEST_CASE("ranks do not depend on the order of adding, or on the parts") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const By by = round % 2 == 0 ? By::number : By::event;
    const auto size = static_cast<unsigned>(random() % 12 + 1);
    std::vector<RankedEvent> events;
    for (std::uint64_t i = random() % 40; i > 0; i--) {
      const auto time = static_cast<std::int64_t>(random() % 10);
      const auto source = static_cast<std::uint32_t>(random() % 2);
      const EventOrder order{.time = {time}, .source = source, .offset = {std::ssize(events)}};
      events.push_back({std::to_string(random() % 8), order});
    }
    std::vector<RankedEvent> sorted = events;
    std::ranges::sort(sorted, [by](const RankedEvent& a, const RankedEvent& b) {
      const int a_number = by == By::number ? -std::stoi(a.json) : 0;
      const int b_number = by == By::number ? -std::stoi(b.json) : 0;
      return std::tuple(a_number, a.order) < std::tuple(b_number, b.order);
    });
    if (sorted.size() > size) sorted.resize(size);
    std::string expected = "[";
    for (const RankedEvent& event : sorted) {
      if (expected.size() > 1) expected.push_back(',');
      expected.append(event.json);
    }
    expected.push_back(']');

    const RankedValues values = ranked(by, size, events);
    CHECK(printed(values) == expected);
    const auto half = events.begin() + (events.empty() ? 0 : std::ssize(events) / 3);
    RankedValues merged = ranked(by, size, {half, events.end()});
    merged.add_all(ranked(by, size, {events.begin(), half}));
    CHECK(saved(merged) == saved(values));

    RankedValues loaded(by, size);
    const std::string bytes = saved(values);
    VarintCursor cursor(bytes);
    REQUIRE(loaded.load(cursor));
    CHECK(saved(loaded) == bytes);
  }
}

TEST_CASE("saved values that are too many, cut off or no JSON are refused") {
  const RankedValues three = ranked(By::event, 3, in_order({"1", "2", "\"x\""}));
  const std::string bytes = saved(three);
  VarintCursor whole(bytes);
  CHECK_FALSE(RankedValues(By::event, 2).load(whole));
  for (std::size_t size = 0; size < bytes.size(); size++) {
    VarintCursor cut(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(RankedValues(By::event, 3).load(cut));
  }
  const std::string no_json = saved(ranked(By::event, 3, in_order({"\"x"})));
  VarintCursor cursor(no_json);
  CHECK_FALSE(RankedValues(By::event, 3).load(cursor));
}

}  // namespace estream::window
