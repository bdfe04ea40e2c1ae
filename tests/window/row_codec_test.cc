#include "window/row_codec.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

#include "json/records.h"

namespace estream::window {

namespace {

using json::TestRecord;
using Kind = GroupKey::Kind;

query::Computation computation(std::string_view text) {
  auto parsed = query::Computation::parse(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

json::Path path(std::string_view text) { return *json::parse_path(text); }

// A row, with the bytes that it points into.
struct Coded {
  Coded(const RowPlan& plan, const RecordView& record) : decoder(plan) {
    json::EventParser parser;
    RowEncoder(plan).append(bytes, {"orders", 2}, record, parser);
    reason = decoder.decode(bytes, row);
  }
  Coded(const Coded&) = delete;
  Coded& operator=(const Coded&) = delete;

  std::string bytes;
  RowDecoder decoder;
  Row row;
  std::optional<std::string_view> reason;
};

RecordView at(const TestRecord& record, std::int64_t time_ms,
              std::optional<std::string_view> key = std::nullopt) {
  RecordView view = record.view();
  view.timestamp = {time_ms};
  view.key = key;
  return view;
}

std::string key_of(const char* fields, const std::string& value) {
  RowPlan plan;
  plan.key.emplace();
  for (const std::string_view field : query::split_list(fields)) {
    plan.key->push_back(computation(field));
  }
  const TestRecord record(value);
  const Coded coded(plan, at(record, 1));
  const char* const kinds[] = {"null", "text", "json"};
  return std::string(kinds[static_cast<int>(coded.row.key.kind)]) + ":" +
         std::string(coded.row.key.text);
}

}  // namespace

TEST_CASE("the key is that of the record, unless fields are given") {
  const TestRecord record(R"({"a":1})");
  const RowPlan plan;
  const Coded with_key(plan, at(record, 5, "k"));
  CHECK(with_key.row.key.kind == Kind::text);
  CHECK(with_key.row.key.text == "k");
  CHECK(with_key.row.time.ms == 5);
  const Coded without_key(plan, at(record, 5));
  CHECK(without_key.row.key.kind == Kind::null);
  // An empty key is not the same as none.
  const Coded empty_key(plan, at(record, 5, ""));
  CHECK(empty_key.row.key.kind == Kind::text);
  CHECK_FALSE(empty_key.row.key == without_key.row.key);
}

TEST_CASE("one field is a key as it is, and several are an array") {
  CHECK(key_of(".a", R"({"a":"x\ny"})") == "text:x\ny");
  CHECK(key_of(".a", R"({"a":17})") == "json:17");
  CHECK(key_of(".a", R"({"a":1.50})") == "json:1.50");
  CHECK(key_of(".a", R"({"a":{"b": 1}})") == R"(json:{"b": 1})");
  CHECK(key_of(".a", R"({"a":null})") == "null:");
  CHECK(key_of(".a", "not JSON") == "null:");
  CHECK(key_of(".a,.b", R"({"b":true,"a":"x"})") == R"(json:["x",true])");
  CHECK(key_of(".a,.b", R"({"a":3})") == "json:[3,null]");
}

TEST_CASE("an empty list of fields is one group") {
  RowPlan plan;
  plan.key.emplace();
  const TestRecord record(R"({"a":1})");
  const Coded coded(plan, at(record, 1, "key"));
  CHECK(coded.row.key.kind == Kind::null);
  CHECK(coded.row.key.text.empty());
}

TEST_CASE("equal keys have equal hashes, and a text is not the number that looks like it") {
  RowPlan plan;
  plan.key = {{computation(".a")}};
  const TestRecord text(R"({"a":"17"})");
  const TestRecord again(R"({"b":0,"a":"17"})");
  const TestRecord number(R"({"a":17})");
  const Coded first(plan, at(text, 1));
  const Coded second(plan, at(again, 2));
  const Coded third(plan, at(number, 1));
  CHECK(first.row.key == second.row.key);
  CHECK_FALSE(first.row.key == third.row.key);
}

TEST_CASE("an event without a time says why it has none") {
  RowPlan plan;
  const TestRecord record(R"({"t":"soon"})");
  CHECK(Coded(plan, at(record, -1)).reason->find("has no timestamp") != std::string_view::npos);
  plan.time = path(".t");
  CHECK(Coded(plan, at(record, 1)).reason->find(".t") != std::string_view::npos);
  CHECK(Coded(plan, at(TestRecord(R"({"x":1})"), 1)).reason == "field .t is missing");
  CHECK(Coded(plan, at(TestRecord("no"), 1)).reason == "the value is not JSON");
  CHECK(Coded(plan, at(TestRecord(std::nullopt), 1)).reason ==
        "a tombstone has no field for --time");
  const Coded coded(plan, at(TestRecord(R"({"t":"2026-11-20T14:03:00.250Z"})"), 1));
  CHECK_FALSE(coded.reason);
  CHECK(coded.row.time.ms == 1795183380250);
}

TEST_CASE("arguments keep every digit, and text only where it is wanted") {
  RowPlan plan;
  ArgumentPlan arguments;
  arguments.add(".n", false);
  arguments.add(".s", false);
  arguments.add(".n * 2", false);
  arguments.add(".missing", true);
  REQUIRE(plan.add_arguments(arguments));
  const TestRecord record(R"({"n":0.123456789012345678,"s":"x"})");
  const Coded coded(plan, at(record, 1));
  REQUIRE(coded.row.arguments.size() == 4);
  std::string number;
  coded.row.arguments[0].number.append(number);
  CHECK(number == "0.123456789012345678");
  CHECK(coded.row.arguments[0].json.empty());
  CHECK(coded.row.arguments[1].kind == Argument::Kind::other);
  CHECK(coded.row.arguments[1].json == "\"x\"");
  number.clear();
  coded.row.arguments[2].number.append(number);
  CHECK(number == "0.246913578024691");  // Fifteen digits of a calculation.
  CHECK(coded.row.arguments[3].kind == Argument::Kind::nothing);
}

TEST_CASE("a value that is no number has its JSON text, and a number only if it is wanted") {
  const auto json_of = [](const char* value, bool wants_json) {
    RowPlan plan;
    ArgumentPlan arguments;
    arguments.add(".v", wants_json);
    REQUIRE(plan.add_arguments(arguments));
    const TestRecord record(value);
    return std::string(Coded(plan, at(record, 1)).row.arguments.front().json);
  };
  for (const bool wants_json : {false, true}) {
    CHECK(json_of(R"({"v":"a"})", wants_json) == R"("a")");
    CHECK(json_of(R"({"v":[1,"x"]})", wants_json) == R"([1,"x"])");
    CHECK(json_of(R"({"v":false})", wants_json) == "false");
    CHECK(json_of(R"({"v":null})", wants_json).empty());
  }
  CHECK(json_of(R"({"v":1.50})", false).empty());
  CHECK(json_of(R"({"v":1.50})", true) == "1.50");
}

TEST_CASE("conditions are the bits of their numbers") {
  RowPlan plan;
  plan.conditions = {computation(".a == 1"), computation("$topic == \"orders\""),
                     computation(".a == 2")};
  const TestRecord record(R"({"a":1})");
  CHECK(Coded(plan, at(record, 1)).row.conditions == 3);
}

}  // namespace estream::window
