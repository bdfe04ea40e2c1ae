#include "tool/replay/topic_sink.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;

namespace {

// The times that a copy gives to records of these times.
std::vector<std::int64_t> copied_times(const Retime& retime,
                                       const std::vector<std::int64_t>& times) {
  io::MemorySystem system;
  StagePlan plan;
  plan.sources.push_back({"in", 0, {.begin = {0}}});
  CopyOptions options;
  options.target.topic = {"log", "out", ""};
  options.target.sync_level = log::SyncLevel::none;
  options.retime = retime;
  options.now = {1'000'000};
  auto sink = TopicSink::open(system, options, plan);
  REQUIRE(sink);

  std::vector<TestRecord> records;
  for (const std::int64_t time : times) records.push_back({time, "v"});
  BatchWork work;
  work.bytes = test_batch(records);
  work.header = *parse_batch_header(work.bytes);
  BatchStage(plan).run(work);
  REQUIRE(!work.failure);
  const OutputPiece* next = work.pieces.data();
  REQUIRE((*sink)->put(work, next, next + work.pieces.size()));
  REQUIRE((*sink)->finish());

  const auto topic = topic::Topic::open(system, "log", "out");
  REQUIRE(topic);
  auto reader = topic->open_reader(0);
  REQUIRE(reader);
  std::vector<std::int64_t> found;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = reader->peek();
    REQUIRE(header);
    if (!*header) return found;
    REQUIRE(reader->read(bytes));
    const auto copies = decoder.decode(**header, bytes);
    REQUIRE(copies);
    for (const RecordView& copy : *copies) found.push_back(copy.timestamp.ms);
  }
}

}  // namespace

TEST_CASE("a copy keeps the distances of the times, wherever they are moved") {
  using Times = std::vector<std::int64_t>;
  CHECK(copied_times({}, {500, 700, 600}) == Times{500, 700, 600});
  CHECK(copied_times({Retime::Kind::now, 0}, {500, 700, 600}) ==
        Times{1'000'000, 1'000'200, 1'000'100});
  CHECK(copied_times({Retime::Kind::shift, -100}, {500, 700, 50}) == Times{400, 600, 0});
}

TEST_CASE("times that cannot be moved that far do not overflow") {
  using Times = std::vector<std::int64_t>;
  CHECK(copied_times({Retime::Kind::now, 0}, {INT64_MIN, 5}) == Times{INT64_MIN, 5});
  CHECK(copied_times({Retime::Kind::shift, 10}, {INT64_MAX, 5}) == Times{0, 15});
}
