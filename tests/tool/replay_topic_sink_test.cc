#include "tool/replay/topic_sink.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

// A copy of one partition into the topic "out".
struct Copy {
  Copy(io::MemorySystem& system, const Retime& retime, log::SyncLevel level,
       std::int32_t partitions = 1) {
    plan.sources.push_back({"in", 0, {.begin = {0}}});
    options.target.partitions = partitions;
    options.target.topic = {"log", "out", ""};
    options.target.sync_level = level;
    options.retime = retime;
    options.now = {1'000'000};
    auto opened = TopicSink::open(system, options, plan);
    REQUIRE(opened);
    sink = *std::move(opened);
  }

  bool put(const std::vector<TestRecord>& records) {
    BatchWork work;
    work.bytes = test_batch(records);
    work.header = *parse_batch_header(work.bytes);
    BatchStage(plan).run(work);
    REQUIRE(!work.failure);
    const OutputPiece* next = work.pieces.data();
    return sink->put(work, next, next + work.pieces.size());
  }

  StagePlan plan;
  CopyOptions options;
  std::unique_ptr<TopicSink> sink;
};

// What is in a partition of the copy.
std::vector<TestRecord> copied(io::MemorySystem& system, std::int32_t partition = 0) {
  const auto topic = topic::Topic::open(system, "log", "out");
  REQUIRE(topic);
  auto reader = topic->open_reader(partition);
  REQUIRE(reader);
  std::vector<TestRecord> found;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = reader->peek();
    REQUIRE(header);
    if (!*header) return found;
    REQUIRE(reader->read(bytes));
    const auto copies = decoder.decode(**header, bytes);
    REQUIRE(copies);
    for (const RecordView& copy : *copies) {
      found.push_back({copy.timestamp.ms, std::string(copy.value.value_or(""))});
    }
  }
}

// The times that a copy gives to records of these times.
std::vector<std::int64_t> copied_times(const Retime& retime,
                                       const std::vector<std::int64_t>& times) {
  io::MemorySystem system;
  Copy copy(system, retime, log::SyncLevel::none);
  std::vector<TestRecord> records;
  for (const std::int64_t time : times) records.push_back({time, "v"});
  REQUIRE(copy.put(records));
  REQUIRE(copy.sink->finish());
  std::vector<std::int64_t> found;
  for (const TestRecord& record : copied(system)) found.push_back(record.time_ms);
  return found;
}

}  // namespace

TEST_CASE("a copy keeps the distances of the times, wherever they are moved") {
  using Times = std::vector<std::int64_t>;
  CHECK(copied_times({}, {500, 700, 600}) == Times{500, 700, 600});
  CHECK(copied_times({Retime::Kind::now, 0}, {500, 700, 600}) ==
        Times{1'000'000, 1'000'200, 1'000'100});
  CHECK(copied_times({Retime::Kind::shift, -100}, {500, 700, 100}) == Times{400, 600, 0});
}

TEST_CASE("a record without a time stays without") {
  using Times = std::vector<std::int64_t>;
  CHECK(copied_times({Retime::Kind::now, 0}, {-1, 5, -1}) == Times{-1, 1'000'000, -1});
  CHECK(copied_times({Retime::Kind::shift, 10}, {INT64_MIN, -1, 5}) == Times{INT64_MIN, -1, 15});
}

TEST_CASE("a time that cannot be moved that far ends the copy behind what came before") {
  for (const Retime& retime : {Retime{Retime::Kind::shift, 10}, Retime{Retime::Kind::shift, -10},
                               Retime{Retime::Kind::now, 0}}) {
    CAPTURE(retime.shift_ms);
    io::MemorySystem system;
    const std::int64_t far = retime.shift_ms < 0 ? 9 : INT64_MAX;
    Copy copy(system, retime, log::SyncLevel::none);
    CHECK_FALSE(copy.put({{50, "a"}, {far, "b"}, {60, "c"}}));
    const auto finished = copy.sink->finish();
    REQUIRE_FALSE(finished);
    CHECK(finished.error().code == Error::Code::data);
    CHECK(finished.error().message.find("/0@1: its time cannot be moved") != std::string::npos);
    CHECK(copied(system).size() == 1);
  }
}

TEST_CASE("whatever call of the log fails, no batch is there twice, and the copy fails") {
  using Call = io::MemorySystem::Call;
  for (const log::SyncLevel level :
       {log::SyncLevel::batch, log::SyncLevel::interval, log::SyncLevel::none}) {
    for (const auto& fault : {std::pair{Call::write, ENOSPC}, std::pair{Call::sync, EIO}}) {
      const auto& [call, error] = fault;
      for (std::int64_t nth = 1;; nth++) {
        CAPTURE(static_cast<int>(level));
        CAPTURE(static_cast<int>(fault.first));
        CAPTURE(nth);
        io::MemorySystem system;
        Copy copy(system, {}, level);
        system.fail(call, nth, error, 1, ".log");
        for (int i = 0; i < 5; i++) {
          const bool goes_on =
              copy.put({{i, "a" + std::to_string(i)}, {i, "b" + std::to_string(i)}});
          // As before a wait: what was taken is appended.
          if (!goes_on || !copy.sink->flush(1'000'000'000)) break;
        }
        const auto finished = copy.sink->finish();
        if (system.fired_faults() == 0) {
          CHECK(finished);
          break;
        }
        CHECK_FALSE(finished);
        CHECK(copy.sink->finish().error().message == finished.error().message);
        system.clear_faults();
        // The next writer recovers what a failed sync left.
        REQUIRE(topic::Topic::open(system, "log", "out")->open_writer(0, {}));
        std::set<std::string> values;
        for (const TestRecord& record : copied(system)) {
          CHECK(values.insert(record.value.value_or("")).second);
        }
      }
    }
  }
}

TEST_CASE("a sync in the background that fails ends the copy, and nobody counts on the events") {
  io::MemorySystem system;
  Copy copy(system, {}, log::SyncLevel::interval);
  system.fail(io::MemorySystem::Call::sync, 1, EIO, 1, ".log");
  REQUIRE(copy.put({{1, "a"}, {2, "b"}}));
  const auto finished = copy.sink->finish();
  REQUIRE_FALSE(finished);
  CHECK(finished.error().code == Error::Code::io);
  CHECK(finished.error().message.find("out/0/") != std::string::npos);
  const std::string reach = copy.sink->reach().value_or("");
  CHECK(reach.find("no event is acknowledged; up to 2 more may be stored") == 0);
}

TEST_CASE(
    "a copy of which one partition cannot be written fails, and says how far the others came") {
  for (const log::SyncLevel level :
       {log::SyncLevel::batch, log::SyncLevel::interval, log::SyncLevel::none}) {
    for (std::int64_t broken = 0; broken < 3; broken++) {
      CAPTURE(static_cast<int>(level));
      CAPTURE(broken);
      io::MemorySystem system;
      Copy copy(system, {}, level, 3);
      std::vector<TestRecord> records;
      for (int i = 0; i < 30; i++) records.push_back({i, "v", std::to_string(i)});
      // One batch for each partition.
      system.fail(io::MemorySystem::Call::write, broken + 1, ENOSPC, io::MemorySystem::forever,
                  ".log");
      REQUIRE(copy.put(records));
      const auto finished = copy.sink->finish();
      REQUIRE_FALSE(finished);
      CHECK(finished.error().code == Error::Code::io);
      CHECK(finished.error().message.find("out/" + std::to_string(broken) + "/0") !=
            std::string::npos);
      system.clear_faults();
      std::size_t stored = 0;
      for (std::int32_t partition = 0; partition < 3; partition++) {
        stored += copied(system, partition).size();
      }
      CHECK((stored > 0) == (broken > 0));
      const std::string reach = copy.sink->reach().value_or("");
      if (stored > 0) {
        CHECK(reach.find("acknowledged " + std::to_string(stored) + " events; ") == 0);
        CHECK(reach.find("if you run it again with the same input, it stores them twice") !=
              std::string::npos);
      }
    }
  }
}
