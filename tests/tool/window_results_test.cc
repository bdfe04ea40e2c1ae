#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tool/window/result_filter.h"
#include "tool/window/result_order.h"
#include "tool/window/result_record.h"

namespace estream::tool {

namespace {

using window::GroupKey;
using window::WindowResult;

struct Collected : window::Results {
  Result<void> put(const WindowResult& result) override {
    all += std::string(result.key.text) + "@" + std::to_string(result.from.ms) + " ";
    return {};
  }
  Result<void> pass(std::uint32_t, const RecordView&) override { return {}; }
  Result<void> late(std::uint32_t, const RecordView&) override { return {}; }

  std::string take() { return std::exchange(all, ""); }

  std::string all;
};

WindowResult result(std::string_view key, std::int64_t from, std::int64_t to,
                    std::string_view line = "{}") {
  return {.kind = WindowResult::Kind::final,
          .key = {GroupKey::Kind::text, key, 0},
          .from = {from},
          .to = {to},
          .timestamp = {to - 1},
          .line = line};
}

ResultSelection top(std::size_t count) {
  ResultSelection selection;
  selection.top = {count, "n", *query::Computation::parse(".n")};
  return selection;
}

}  // namespace

TEST_CASE("--having looks at the line, where names need no dot") {
  ResultSelection selection;
  selection.having = *query::Filter::parse_with_bare_names("n > 3 and key != \"b\"", {"n", "key"});
  Collected collected;
  ResultFilter filter(selection, collected);
  REQUIRE(filter.put(result("a", 0, 10, R"({"key":"a","n":4})")));
  REQUIRE(filter.put(result("b", 0, 10, R"({"key":"b","n":9})")));
  REQUIRE(filter.put(result("c", 0, 10, R"({"key":"c","n":3})")));
  CHECK(collected.take() == "a@0 ");
}

TEST_CASE("--top keeps the largest of each window, in the order of the keys") {
  const ResultSelection selection = top(2);
  Collected collected;
  ResultFilter filter(selection, collected);
  REQUIRE(filter.put(result("a", 0, 10, R"({"n":5})")));
  REQUIRE(filter.put(result("b", 0, 10, R"({"n":7})")));
  REQUIRE(filter.put(result("c", 0, 10, R"({"n":null})")));
  REQUIRE(filter.put(result("d", 0, 10, R"({"n":6.5})")));
  CHECK(collected.take().empty());
  REQUIRE(filter.put(result("a", 10, 20, R"({"n":1})")));
  CHECK(collected.take() == "b@0 d@0 ");
  REQUIRE(filter.flush());
  CHECK(collected.take() == "a@10 ");
}

TEST_CASE("of equal values --top takes the first keys") {
  const ResultSelection selection = top(2);
  Collected collected;
  ResultFilter filter(selection, collected);
  for (const char* key : {"a", "b", "c"}) REQUIRE(filter.put(result(key, 0, 10, R"({"n":1})")));
  REQUIRE(filter.flush());
  CHECK(collected.take() == "a@0 b@0 ");
}

TEST_CASE("results of several tasks come by (to, from, key)") {
  Collected collected;
  ResultOrder order(2, collected);
  order.set_task(1);
  REQUIRE(order.put(result("b", 0, 10)));
  REQUIRE(order.put(result("b", 10, 20)));
  order.set_task(0);
  REQUIRE(order.put(result("c", 0, 10)));
  REQUIRE(order.put(result("a", 10, 20)));
  REQUIRE(order.put(result("a", 5, 20)));
  CHECK(order.held() == 5);
  REQUIRE(order.release({10}));
  CHECK(collected.take().empty());
  REQUIRE(order.release({11}));
  CHECK(collected.take() == "b@0 c@0 ");
  REQUIRE(order.release({INT64_MAX}));
  CHECK(collected.take() == "a@5 a@10 b@10 ");
}

TEST_CASE("a result is a record with the key of its group and its bounds") {
  window::Settings settings;
  settings.op = window::Operator::tumble;
  ResultRecords records(settings);
  const RecordView record = records.record_of(result("s17", 60'000, 120'000));
  CHECK(record.key == "s17");
  CHECK(record.value == "{}");
  CHECK(record.timestamp.ms == 119'999);
  HeaderCursor headers(record.headers);
  const auto header = headers.next();
  REQUIRE(header);
  CHECK(header->key == "estream.window");
  CHECK(header->value == "tumble 1970-01-01T00:01:00.000Z/1970-01-01T00:02:00.000Z");
  WindowResult without_key = result("", 0, 10);
  without_key.key.kind = GroupKey::Kind::null;
  CHECK_FALSE(records.record_of(without_key).key);
}

TEST_CASE("with updates the key has the window, and a session that is gone is a tombstone") {
  window::Settings settings;
  settings.op = window::Operator::session;
  settings.emit = window::Emit::update;
  ResultRecords records(settings);
  WindowResult update = result("a\"b", 1000, 2000);
  CHECK(records.record_of(update).key == R"(["a\"b","1970-01-01T00:00:01.000Z"])");
  update.kind = WindowResult::Kind::removed;
  CHECK_FALSE(records.record_of(update).value);
}

}  // namespace estream::tool
