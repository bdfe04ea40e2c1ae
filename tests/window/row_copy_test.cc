#include "window/row_copy.h"

#include <doctest/doctest.h>

#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

namespace {

// A row with everything in it, on texts that can be destroyed.
struct RichRow {
  std::string key = "key of the group";
  std::string json = R"({"a":[1,2]})";
  std::string number = "12.50";
  std::string record_key = "key";
  std::string value = R"({"v":12.50})";
  std::string header = std::string("\x02h\x04") + "xy" + "\x02n\x01";
  std::vector<Argument> arguments = std::vector<Argument>(3);
  Row row;

  RichRow() {
    arguments[0] = {Argument::Kind::number, Quantity::parse(number), number};
    arguments[1] = {Argument::Kind::other, {}, json};
    row.source = 3;
    row.offset = {44};
    row.time = {1'700'000'000'000};
    row.key = {GroupKey::Kind::json, key, 0xFEDC'BA98'7654'3210};
    row.conditions = 0x8000'0000'0000'0001;
    row.arguments = arguments;
    row.record = {{44}, {1'700'000'000'001}, record_key, value, {2, header}};
  }

  void destroy() {
    for (std::string* text : {&key, &json, &number, &record_key, &value, &header}) {
      std::fill(text->begin(), text->end(), '!');
    }
    arguments.clear();
    row = {};
  }
};

void check_row(const Row& row) {
  CHECK(row.source == 3);
  CHECK(row.offset == Offset{44});
  CHECK(row.time == Timestamp{1'700'000'000'000});
  CHECK(row.key == GroupKey{GroupKey::Kind::json, "key of the group", 0xFEDC'BA98'7654'3210});
  CHECK(row.conditions == 0x8000'0000'0000'0001);
  REQUIRE(row.arguments.size() == 3);
  CHECK(row.arguments[0].kind == Argument::Kind::number);
  CHECK(row.arguments[0].number == Quantity::parse("12.5"));
  CHECK(row.arguments[0].number.digits() == 2);
  CHECK(row.arguments[0].json == "12.50");
  CHECK(row.arguments[1].kind == Argument::Kind::other);
  CHECK(row.arguments[1].json == R"({"a":[1,2]})");
  CHECK(row.arguments[2].kind == Argument::Kind::nothing);
}

void check_record(const RecordView& record) {
  CHECK(record.offset == Offset{44});
  CHECK(record.timestamp == Timestamp{1'700'000'000'001});
  CHECK(record.key == "key");
  CHECK(record.value == R"({"v":12.50})");
  HeaderCursor headers(record.headers);
  CHECK(headers.next()->value == "xy");
  CHECK(headers.next()->key == "n");
  CHECK_FALSE(headers.next());
}

}  // namespace

TEST_CASE("a copy does not need what it was made of") {
  RichRow rich;
  RowCopy copy(rich.row, RowCopy::Parts::all);
  rich.destroy();
  const RowCopy moved = std::move(copy);
  check_row(moved.row());
  check_record(moved.row().record);
}

TEST_CASE("a copy may be without the record") {
  RichRow rich;
  const RowCopy copy(rich.row, RowCopy::Parts::no_record);
  rich.destroy();
  check_row(copy.row());
  CHECK(copy.row().record.timestamp == Timestamp{1'700'000'000'001});
  CHECK_FALSE(copy.row().record.value);
}

TEST_CASE("a copy is saved and loaded, and nothing else is") {
  std::string bytes;
  RowCopy(RichRow().row, RowCopy::Parts::all).save(bytes);
  VarintCursor in(bytes);
  const auto loaded = RowCopy::load(in);
  REQUIRE(loaded);
  CHECK(in.remaining() == 0);
  std::string again;
  loaded->save(again);
  CHECK(again == bytes);
  std::fill(bytes.begin(), bytes.end(), '!');
  check_row(loaded->row());
  check_record(loaded->row().record);
  for (std::size_t length = 0; length < again.size(); length++) {
    VarintCursor cut(std::string_view(again).substr(0, length));
    CHECK_FALSE(RowCopy::load(cut));
  }
}

TEST_CASE("headers that no record has are not loaded") {
  RichRow rich;
  for (const std::int32_t count : {-1, 0, 1, 3, 1'000'000}) {
    rich.row.record.headers.count = count;
    std::string bytes;
    RowCopy(rich.row, RowCopy::Parts::all).save(bytes);
    VarintCursor in(bytes);
    CHECK_FALSE(RowCopy::load(in));
  }
}
