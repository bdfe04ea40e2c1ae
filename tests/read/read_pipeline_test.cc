#include "read/read_pipeline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "read/batch_feed.h"
#include "read/record_merge.h"
#include "read/record_sink.h"
#include "support/read_topics.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

// Keeps what is written to a descriptor.
class PrintingSystem : public io::MemorySystem {
 public:
  std::int64_t write(int, Bytes bytes) override {
    printed += as_text(bytes);
    return std::ssize(bytes);
  }

  std::string printed;
};

// Reads all partitions of a topic in one order.
class Reading {
 public:
  Reading(PrintingSystem& system, const TestTopic& topic, std::int32_t partitions,
          OnCorrupt on_corrupt = OnCorrupt::stop)
      : system_(system), on_corrupt_(on_corrupt) {
    for (std::int32_t partition = 0; partition < partitions; partition++) {
      feeds_.emplace_back(topic.source(partition), FeedOptions{.on_corrupt = on_corrupt});
      REQUIRE(feeds_.back().begin({.begin = {0}}));
      plan_.sources.push_back({"t", partition, {.begin = {0}}});
    }
  }

  std::vector<std::string> values(MergeOrder order, std::size_t threads,
                                  const SinkOptions& options = {}) {
    system_.printed.clear();
    io::Output output(system_, 1, "out");
    ReadPipeline pipeline(feeds_, plan_, on_corrupt_, threads);
    RecordSink sink(options, plan_, output);
    const EndCondition never(system_, std::nullopt);
    const auto drained = RecordMerge(pipeline, order).drain(sink, never);
    if (!drained) FAIL(drained.error().message);
    sink.release_tail();
    REQUIRE(sink.flush());
    for (std::size_t i = 0; i < feeds_.size(); i++) positions.push_back(pipeline.position(i).value);
    return lines(system_.printed);
  }

  std::int64_t corrupt_batches() const { return feeds_.front().corrupt_batches(); }

  std::vector<std::int64_t> positions;

 private:
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      found.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return found;
  }

  PrintingSystem& system_;
  OnCorrupt on_corrupt_;
  std::vector<BatchFeed> feeds_;
  StagePlan plan_;
};

struct Written {
  std::int64_t time_ms;
  std::string value;
};
using Partitions = std::vector<std::vector<Written>>;

// What the order of a merge means, one record at a time.
std::vector<std::string> merged(const Partitions& partitions, MergeOrder order) {
  std::vector<std::string> values;
  std::vector<std::size_t> next(partitions.size(), 0);
  for (;;) {
    std::size_t best = partitions.size();
    std::int64_t best_key = 0;
    for (std::size_t i = 0; i < partitions.size(); i++) {
      if (next[i] == partitions[i].size()) continue;
      const std::int64_t key = order == MergeOrder::time     ? partitions[i][next[i]].time_ms
                               : order == MergeOrder::offset ? static_cast<std::int64_t>(next[i])
                                                             : 0;
      if (best == partitions.size() || key < best_key) {
        best = i;
        best_key = key;
      }
    }
    if (best == partitions.size()) return values;
    values.push_back(partitions[best][next[best]++].value);
  }
}

Partitions fill(TestTopic& topic, std::size_t count, std::mt19937_64& random) {
  const auto below = [&random](std::uint64_t limit) { return random() % limit; };
  Partitions partitions(count);
  for (std::size_t i = 0; i < count; i++) {
    for (std::uint64_t batch = below(12); batch > 0; batch--) {
      std::vector<TestRecord> records;
      for (std::uint64_t record = 1 + below(30); record > 0; record--) {
        const auto time_ms = static_cast<std::int64_t>(1000 + partitions[i].size() + below(20));
        std::string value = std::to_string(i);
        value += ":";
        value += std::to_string(partitions[i].size());
        value.append(below(50), '.');
        partitions[i].push_back({time_ms, value});
        records.push_back({time_ms, value});
      }
      topic.append(static_cast<std::int32_t>(i), records);
    }
  }
  return partitions;
}

}  // namespace

TEST_CASE("partitions come out in the order asked for, however many threads decode") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 40; round++) {
    CAPTURE(round);
    PrintingSystem system;
    const auto count = static_cast<std::int32_t>(1 + random() % 6);
    TestTopic topic(system, "t", count);
    const Partitions written = fill(topic, static_cast<std::size_t>(count), random);
    for (const MergeOrder order : {MergeOrder::time, MergeOrder::offset, MergeOrder::partition}) {
      Reading reading(system, topic, count);
      CHECK(reading.values(order, random() % 3) == merged(written, order));
      for (std::size_t i = 0; i < written.size(); i++) {
        CHECK(reading.positions[i] == std::ssize(written[i]));
      }
    }
  }
}

TEST_CASE("threads decode much ahead and the order stays") {
  PrintingSystem system;
  TestTopic topic(system, "t", 2);
  Partitions written(2);
  for (std::int32_t i = 0; i < 60; i++) {
    const auto partition = static_cast<std::size_t>(i % 2);
    std::vector<TestRecord> records;
    for (int record = 0; record < 500; record++) {
      // Large and hard to compress, so that there is enough of it for threads to be started.
      std::string value = std::to_string(i * 500 + record);
      while (value.size() < 60) {
        value += std::to_string(value.size() * 7919 + static_cast<std::size_t>(record * i));
      }
      records.push_back({1000 + i * 3 + record % 5, value});
      written[partition].push_back({records.back().time_ms, value});
    }
    topic.append(i % 2, records);
  }
  for (const std::size_t threads : {0U, 1U, 3U}) {
    CAPTURE(threads);
    Reading reading(system, topic, 2);
    CHECK(reading.values(MergeOrder::time, threads) == merged(written, MergeOrder::time));
  }
}

TEST_CASE("after a limit the positions are behind the last record taken") {
  PrintingSystem system;
  TestTopic topic(system, "t", 2);
  topic.append(0, {{1, "a"}, {4, "d"}, {5, "e"}});
  topic.append(1, {{2, "b"}, {3, "c"}});
  Reading reading(system, topic, 2);
  const auto values = reading.values(MergeOrder::time, 0, {.max_records = 3});
  CHECK(values == std::vector<std::string>{"a", "b", "c"});
  CHECK(reading.positions == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a tail keeps the last records of the merged order") {
  PrintingSystem system;
  TestTopic topic(system, "t", 2);
  topic.append(0, {{1, "a"}, {4, "d"}, {5, "e"}});
  topic.append(1, {{2, "b"}, {3, "c"}});
  for (std::int64_t tail = 0; tail < 8; tail++) {
    CAPTURE(tail);
    Reading reading(system, topic, 2);
    std::vector<std::string> wanted = {"a", "b", "c", "d", "e"};
    wanted.erase(wanted.begin(), wanted.end() - std::min<std::int64_t>(tail, 5));
    CHECK(reading.values(MergeOrder::time, 0, {.tail = tail}) == wanted);
  }
}

TEST_CASE(
    "a batch whose checksum is right and whose records make no sense is skipped and counted") {
  PrintingSystem system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1, "a"}});
  std::vector<std::byte> batch = test_batch({{2, "b"}}, Codec::none);
  batch[batch_header_bytes] ^= std::byte{0x40};  // The length of the record.
  recompute_crc(batch);
  const auto writer = topic.source(0).topic->open_writer(0, {.sync_level = log::SyncLevel::none});
  REQUIRE(writer);
  REQUIRE((*writer)->append(batch));
  topic.append(0, {{3, "c"}});
  Reading reading(system, topic, 1, OnCorrupt::skip);
  CHECK(reading.values(MergeOrder::time, 0) == std::vector<std::string>{"a", "c"});
  CHECK(reading.corrupt_batches() == 1);
}

namespace {

// More records than are decoded ahead of their turn.
constexpr std::int64_t heavy_records = light_decoded_bytes_max / sizeof(RecordView) + 1000;

void append_numbers(TestTopic& topic, std::int32_t partition, std::int64_t first,
                    std::int64_t count) {
  std::vector<TestRecord> records;
  for (std::int64_t i = first; i < first + count; i++) records.push_back({i, std::to_string(i)});
  topic.append(partition, records);
}

}  // namespace

TEST_CASE("heavy batches come out in order between others") {
  PrintingSystem system;
  TestTopic topic(system, "t", 2);
  Partitions written(2);
  for (std::int32_t partition = 0; partition < 2; partition++) {
    std::int64_t next = 0;
    for (const std::int64_t count : {10L, heavy_records, 3L, heavy_records, heavy_records, 5L}) {
      append_numbers(topic, partition, next, count);
      next += count;
    }
    for (std::int64_t i = 0; i < next; i++) {
      written[static_cast<std::size_t>(partition)].push_back({i, std::to_string(i)});
    }
  }
  for (const std::size_t threads : {0U, 2U}) {
    CAPTURE(threads);
    for (const MergeOrder order : {MergeOrder::time, MergeOrder::partition}) {
      Reading reading(system, topic, 2);
      CHECK(reading.values(order, threads) == merged(written, order));
      CHECK(reading.positions[0] == std::ssize(written[0]));
      CHECK(reading.positions[1] == std::ssize(written[1]));
    }
  }
}

TEST_CASE("the position inside of a heavy batch is behind the last record taken") {
  PrintingSystem system;
  TestTopic topic(system, "t", 1);
  append_numbers(topic, 0, 0, heavy_records);
  append_numbers(topic, 0, heavy_records, 10);
  for (const std::int64_t count :
       {1L, 20'000L, heavy_records - 1, heavy_records, heavy_records + 1}) {
    CAPTURE(count);
    Reading reading(system, topic, 1);
    CHECK(std::ssize(reading.values(MergeOrder::time, 2, {.max_records = count})) == count);
    CHECK(reading.positions == std::vector<std::int64_t>{count});
  }
}

namespace {

// Another source than a directory: it has its records decoded.
class ListFeed final : public Feed {
 public:
  // Of three records each, at offsets from 10 on.
  explicit ListFeed(std::size_t batches) : batches_(batches) { window_.end = {15}; }

  Result<bool> next(BatchWork& work) override {
    if (given_.size() == batches_) return false;
    auto batch = std::make_shared<Batch>();
    const auto first = static_cast<std::int64_t>(10 + given_.size() * 3);
    for (std::int64_t i = first; i < first + 3; i++) batch->values.push_back(std::to_string(i));
    for (std::int64_t i = 0; i < 3; i++) {
      RecordView record;
      record.offset = {first + i};
      record.timestamp = {100 * (first + i)};
      record.value = batch->values[static_cast<std::size_t>(i)];
      batch->records.push_back(record);
    }
    work.header = {};
    work.header.base_offset = {first};
    work.header.last_offset_delta = 2;
    work.given = batch->records;
    work.owner = batch;
    given_.push_back(batch);
    return true;
  }

  bool has_more() const override { return false; }
  const ReadWindow& window() const override { return window_; }
  Offset position() const override {
    return std::min(Offset{static_cast<std::int64_t>(10 + given_.size() * 3)}, window_.end);
  }
  std::optional<Offset> first_beyond() const override { return std::nullopt; }
  Error placed(const Error& error, Offset) const override { return error; }
  Error placed_in_batch(const Error& error, const BatchHeader&) const override { return error; }
  void count_corrupt_batch(const Error&) override {}

  std::size_t kept_batches() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(given_, [](const auto& batch) { return !batch.expired(); }));
  }

 private:
  struct Batch {
    std::vector<std::string> values;
    std::vector<RecordView> records;
  };

  std::size_t batches_;
  ReadWindow window_;
  std::vector<std::weak_ptr<const Batch>> given_;
};

}  // namespace

TEST_CASE("a feed that is no directory takes part in a merge, and gets its records back") {
  PrintingSystem system;
  TestTopic topic(system, "t", 1);
  topic.append(0, {{1050, "a"}, {1250, "b"}, {1350, "c"}});
  std::vector<BatchFeed> stored;
  stored.emplace_back(topic.source(0), FeedOptions{});
  REQUIRE(stored.back().begin({.begin = {0}}));
  ListFeed listed(2);
  StagePlan plan;
  plan.sources.push_back({"t", 0, {.begin = {0}}});
  plan.sources.push_back({"u", 0, listed.window()});
  for (const RecordShape::Kind kind : {RecordShape::Kind::value, RecordShape::Kind::envelope}) {
    CAPTURE(static_cast<int>(kind));
    plan.shape.kind = kind;
    stored.clear();
    stored.emplace_back(topic.source(0), FeedOptions{});
    REQUIRE(stored.back().begin({.begin = {0}}));
    listed = ListFeed(2);
    system.printed.clear();
    ReadPipeline pipeline(std::vector<Feed*>{stored.data(), &listed}, plan, OnCorrupt::stop, 1);
    io::Output output(system, 1, "out");
    RecordSink sink({}, plan, output);
    REQUIRE(RecordMerge(pipeline, MergeOrder::time).drain(sink, {system, std::nullopt}));
    REQUIRE(sink.flush());
    if (kind == RecordShape::Kind::value) CHECK(system.printed == "10\na\n11\n12\nb\n13\nc\n14\n");
    if (kind == RecordShape::Kind::envelope) {
      CHECK(system.printed.find("\"topic\":\"u\",\"partition\":0,\"offset\":14") !=
            std::string::npos);
    }
    CHECK(pipeline.position(1).value == 15);
    CHECK(listed.kept_batches() == 0);
  }
}
