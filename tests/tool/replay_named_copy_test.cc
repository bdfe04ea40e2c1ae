#include "tool/replay/named_copy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/replay_inputs.h"
#include "tool/replay/topic_sink.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

using Sources = std::vector<std::pair<const TestTopic*, std::int32_t>>;

// The sink of a process that is killed behind so many records.
struct Killed {
  TopicSink* sink;
  std::int64_t left;

  bool put(const BatchWork& work, const OutputPiece*& next, const OutputPiece* end) {
    const OutputPiece* last = next + std::min<std::int64_t>(left, end - next);
    left -= last - next;
    return sink->put(work, next, last) && left > 0;
  }
  bool is_over() const { return left == 0 || sink->is_over(); }
};

CopyOptions copy_options(std::int32_t partitions, std::size_t batch_bytes = 150) {
  CopyOptions options;
  options.target.topic = {"log", "out", ""};
  options.target.partitions = partitions;
  options.target.sync_level = log::SyncLevel::none;
  options.producer = "name";
  options.batch_bytes = batch_bytes;
  return options;
}

// A run of the copy; how many events it appended.
Result<std::int64_t> copy(io::MemorySystem& system, const CopyOptions& options,
                          const Sources& sources, std::int64_t killed_after = INT64_MAX) {
  const ReplayInput input = replay_input(sources, RecordShape::Kind::nothing);
  StagePlan plan = input.plan;
  for (std::size_t i = 0, at = 0; i < sources.size(); i++) {
    for (std::int32_t n = 0; n < sources[i].second; n++) {
      plan.sources[at++].partition_count = sources[i].second;
    }
  }
  const auto sink = TRY(TopicSink::open(system, options, plan));
  const EndCondition end(system, std::nullopt);
  if (sink->has_to_compare()) {
    std::vector<BatchFeed> feeds = TRY(open_feeds(input, input.plan));
    ReadPipeline pipeline(feeds, input.plan, OnCorrupt::stop, 0);
    const bool is_compared = TRY(sink->compare(pipeline, end, plan));
    REQUIRE(is_compared);
  }
  std::vector<BatchFeed> feeds = TRY(open_feeds(input, plan));
  ReadPipeline pipeline(feeds, plan, OnCorrupt::stop, 0);
  Killed killed = {sink.get(), killed_after};
  TRY(RecordMerge(pipeline, MergeOrder::time).drain(killed, end));
  if (killed.left > 0) TRY(sink->finish());
  return sink->taken();
}

// The values in each partition of a topic.
std::vector<std::vector<std::string>> values_of(io::MemorySystem& system, const std::string& name) {
  std::vector<std::vector<std::string>> found;
  const auto topic = topic::Topic::open(system, "log", name);
  if (!topic) return found;
  for (std::int32_t partition = 0; partition < topic->config().partition_count; partition++) {
    found.emplace_back();
    auto reader = topic->open_reader(partition);
    REQUIRE(reader);
    std::vector<std::byte> bytes;
    BatchDecoder decoder;
    for (;;) {
      const auto header = reader->peek();
      REQUIRE(header);
      if (!*header) break;
      REQUIRE(reader->read(bytes));
      const auto records = decoder.decode(**header, bytes);
      REQUIRE(records);
      for (const RecordView& record : *records) {
        found.back().emplace_back(record.value.value_or(""));
      }
    }
  }
  return found;
}

std::vector<std::string> sorted(const std::vector<std::vector<std::string>>& partitions) {
  std::vector<std::string> all;
  for (const auto& partition : partitions)
    all.insert(all.end(), partition.begin(), partition.end());
  std::ranges::sort(all);
  return all;
}

// Each event of the topics once, and those of one source's partition in their order.
void check_copy(io::MemorySystem& system, const std::vector<std::string>& topics) {
  const auto found = values_of(system, "out");
  std::vector<std::vector<std::string>> wanted;
  std::map<std::string, std::pair<std::size_t, std::size_t>> places;
  for (const std::string& name : topics) {
    for (auto& partition : values_of(system, name)) {
      for (std::size_t i = 0; i < partition.size(); i++) places[partition[i]] = {wanted.size(), i};
      wanted.push_back(std::move(partition));
    }
  }
  REQUIRE(sorted(found) == sorted(wanted));
  for (const auto& partition : found) {
    std::map<std::size_t, std::size_t> last;
    for (const std::string& value : partition) {
      const auto [source, number] = places[value];
      if (last.contains(source)) CHECK(number > last[source]);
      last[source] = number;
    }
  }
}

void append_some(TestTopic& topic, std::int32_t partitions, int count, std::mt19937& numbers,
                 int& next) {
  for (int i = 0; i < count; i++) {
    TestRecord record;
    record.time_ms = static_cast<std::int64_t>(numbers() % 50);
    record.value = "event " + std::to_string(next++);
    if (numbers() % 4 != 0) record.key = std::to_string(numbers() % 6);
    topic.append(static_cast<std::int32_t>(numbers() % static_cast<unsigned>(partitions)),
                 {record});
  }
}

}  // namespace

TEST_CASE("a copy that is killed and run again while its sources grow has each event once") {
  for (unsigned seed = 0; seed < 60; seed++) {
    CAPTURE(seed);
    std::mt19937 numbers(seed);
    io::MemorySystem system;
    TestTopic first(system, "first", 3);
    TestTopic second(system, "second", 2);
    const Sources both = {{&first, 3}, {&second, 2}};
    const Sources turned = {{&second, 2}, {&first, 3}};
    // Not three, which would be kept until the second topic comes.
    const std::int32_t partitions = std::array{1, 2, 4, 5}[seed % 4];
    const CopyOptions options = copy_options(partitions, 100 + numbers() % 400);
    int next = 0;
    append_some(first, 3, 20, numbers, next);
    for (int run = 0; run < 4; run++) {
      // A second topic that comes later.
      const Sources& sources = run == 0 ? Sources{{&first, 3}} : run % 2 == 0 ? both : turned;
      REQUIRE(copy(system, options, sources, numbers() % 40));
      append_some(first, 3, static_cast<int>(numbers() % 6), numbers, next);
      append_some(second, 2, static_cast<int>(numbers() % 12), numbers, next);
    }
    REQUIRE(copy(system, options, both));
    check_copy(system, {"first", "second"});
    CHECK(*copy(system, options, both) == 0);
  }
}

TEST_CASE("events of the same content are each there once, whosever they are") {
  for (std::int64_t killed_after = 0; killed_after < 8; killed_after++) {
    CAPTURE(killed_after);
    io::MemorySystem system;
    TestTopic first(system, "first", 1);
    TestTopic second(system, "second", 1);
    first.append(0, {{1, "same"}, {1, "same"}, {2, "a"}, {3, "same"}});
    second.append(0, {{1, "same"}, {2, "b"}, {3, "same"}});
    REQUIRE(copy(system, copy_options(1, 70), {{&first, 1}, {&second, 1}}, killed_after));
    REQUIRE(copy(system, copy_options(1, 70), {{&second, 1}, {&first, 1}}));
    CHECK(sorted(values_of(system, "out")) ==
          std::vector<std::string>{"a", "b", "same", "same", "same", "same", "same"});
  }
}

TEST_CASE("what is not the same copy is refused, and nothing is appended") {
  io::MemorySystem system;
  TestTopic first(system, "first", 2);
  TestTopic second(system, "second", 1);
  first.append(0, {{1, "a", "k1"}, {2, "b", "k2"}});
  first.append(1, {{1, "c", "k3"}, {2, "d", "k4"}});
  second.append(0, {{1, "e", "k5"}});
  const CopyOptions options = copy_options(2);
  REQUIRE(copy(system, options, {{&first, 2}}));
  const auto before = values_of(system, "out");
  const auto is_refused = [&](const CopyOptions& other, const Sources& sources) {
    const auto answer = copy(system, other, sources);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Error::Code::corrupt);
    CHECK(answer.error().message.find("producer 'name' has") != std::string::npos);
    CHECK(values_of(system, "out") == before);
  };
  is_refused(options, {{&second, 1}});
  CopyOptions later = options;
  later.retime = {Retime::Kind::shift, 1};
  is_refused(later, {{&first, 2}});
  CopyOptions marked = options;
  marked.headers = *encode_headers({{"by", "me"}});
  is_refused(marked, {{&first, 2}});
  // A partition has more than is offered to it, and another one less.
  TestTopic third(system, "third", 2);
  third.append(1, {{1, "c", "k3"}, {2, "d", "k4"}, {3, "f", "k6"}});
  is_refused(options, {{&third, 2}});
  // A beginning is no other copy.
  TestTopic fourth(system, "fourth", 2);
  fourth.append(1, {{1, "c", "k3"}});
  const auto beginning = copy(system, options, {{&fourth, 2}});
  REQUIRE(beginning);
  CHECK(*beginning == 0);
  CHECK(values_of(system, "out") == before);
}

TEST_CASE("of two runs under one name at once one ends, and nothing is there twice") {
  io::MemorySystem system;
  TestTopic source(system, "source", 1);
  source.append(0, {{1, "a"}, {2, "b"}});
  const CopyOptions options = copy_options(1);
  const ReplayInput input = replay_input({{&source, 1}}, RecordShape::Kind::nothing);
  const auto sink = TopicSink::open(system, options, input.plan);
  REQUIRE(sink);
  REQUIRE(copy(system, options, {{&source, 1}}));
  BatchWork work;
  work.bytes = test_batch({{1, "a"}, {2, "b"}});
  work.header = *parse_batch_header(work.bytes);
  BatchStage(input.plan).run(work);
  const OutputPiece* next = work.pieces.data();
  (*sink)->put(work, next, next + work.pieces.size());
  const auto finished = (*sink)->finish();
  REQUIRE_FALSE(finished);
  CHECK(finished.error().code == Error::Code::busy);
  CHECK(sorted(values_of(system, "out")) == std::vector<std::string>{"a", "b"});
}
