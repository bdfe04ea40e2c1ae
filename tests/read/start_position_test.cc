#include "read/start_position.h"

#include <doctest/doctest.h>

#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;
using Kind = text::Position::Kind;

namespace {

// Offsets 0 to 9 in three batches; times 100, 110 ... with a step back at 3 and 4.
struct Fixture {
  io::MemorySystem system;
  TestTopic topic{system, "t", 1};

  Fixture() {
    topic.append(0, {{100, "0"}, {110, "1"}, {120, "2"}});
    topic.append(0, {{90, "3"}, {95, "4"}, {150, "5"}});
    topic.append(0, {{160, "6"}, {170, "7"}, {180, "8"}, {190, "9"}});
  }

  std::int64_t resolved(Kind kind, std::int64_t value = 0) {
    PartitionSource source = topic.source(0);
    const auto offset = resolve_position(source, {kind, value});
    if (!offset) FAIL(offset.error().message);
    return offset->value;
  }

  std::int64_t tail(std::int64_t count, const ReadWindow& window = {}) {
    PartitionSource source = topic.source(0);
    const auto offset = tail_begin(source, window, count);
    if (!offset) FAIL(offset.error().message);
    return offset->value;
  }
};

}  // namespace

TEST_CASE("positions are counted from either end and stay inside") {
  Fixture log;
  CHECK(log.resolved(Kind::earliest) == 0);
  CHECK(log.resolved(Kind::latest) == 10);
  CHECK(log.resolved(Kind::absolute, 4) == 4);
  CHECK(log.resolved(Kind::absolute, 12) == 12);
  CHECK(log.resolved(Kind::from_start, 3) == 3);
  CHECK(log.resolved(Kind::from_start, INT64_MAX) == INT64_MAX);
  CHECK(log.resolved(Kind::from_end, 3) == 7);
  CHECK(log.resolved(Kind::from_end, INT64_MAX) == 0);
}

TEST_CASE("a time means the first record at or after it") {
  Fixture log;
  CHECK(log.resolved(Kind::time, 0) == 0);
  CHECK(log.resolved(Kind::time, 110) == 1);
  CHECK(log.resolved(Kind::time, 111) == 2);
  CHECK(log.resolved(Kind::time, 121) == 5);
  CHECK(log.resolved(Kind::time, 165) == 7);
  CHECK(log.resolved(Kind::time, 191) == 10);
}

TEST_CASE("a cursor beyond the end or of another history is refused") {
  Fixture log;
  const PartitionSource source = log.topic.source(0);
  CHECK(*resolve_cursor(source, {{10}, 0}) == Offset{10});
  CHECK(*resolve_cursor(source, {{0}, std::nullopt}) == Offset{0});
  const auto beyond = resolve_cursor(source, {{11}, 0});
  REQUIRE(!beyond);
  CHECK(beyond.error().code == Error::Code::corrupt);
  const auto other_epoch = resolve_cursor(source, {{5}, 8});
  REQUIRE(!other_epoch);
  CHECK(other_epoch.error().code == Error::Code::corrupt);
}

TEST_CASE("a tail begins where enough records follow") {
  Fixture log;
  CHECK(log.tail(100) == 0);
  CHECK(log.tail(10) == 0);
  CHECK(log.tail(4) == 6);
  CHECK(log.tail(4) >= log.tail(5));
  CHECK(log.tail(2, {.begin = {9}}) == 9);
  CHECK(log.tail(1, {.begin = {0}, .end = {2}}) <= 1);
}

TEST_CASE("a tail begins before newer records that hold back older ones") {
  Fixture log;
  // Records 3 and 4 are printed with what is as old as record 2.
  CHECK(log.tail(7) == 0);
}

TEST_CASE("a tail can begin with the latest time that there is") {
  io::MemorySystem system;
  TestTopic topic(system, "late", 1);
  topic.append(0, {{INT64_MAX, "1"}, {INT64_MAX, "2"}});
  topic.append(0, {{INT64_MAX, "3"}});
  PartitionSource source = topic.source(0);
  const auto offset = tail_begin(source, {}, 1);
  REQUIRE(offset);
  CHECK(*offset == Offset{2});
}
