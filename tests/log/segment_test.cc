#include "log/segment.h"

#include <doctest/doctest.h>

#include <random>

#include "log/index_writer.h"
#include "support/partition.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr const char* index_name = "00000000000000000100.index";
constexpr const char* time_index_name = "00000000000000000100.timeindex";

// A segment that begins at offset 100: batches of one to three records with timestamps in disorder,
// and true indexes.
struct SampleSegment {
  struct Batch {
    std::int64_t base, last, timestamp;
    std::uint64_t position;
  };

  io::MemorySystem system;
  io::Directory directory = *io::Directory::open(system, "/");
  std::vector<Batch> batches;
  std::uint64_t size_bytes = 0;

  explicit SampleSegment(std::uint64_t seed, int count) {
    std::mt19937_64 random(seed);
    std::string content;
    std::int64_t offset = 100;
    auto indexes = IndexWriter::open(directory, {100});
    REQUIRE(indexes);
    for (int i = 0; i < count; i++) {
      const auto timestamp = static_cast<std::int64_t>(1000 + random() % 1'000'000);
      const std::vector<std::string> values(1 + random() % 3, std::string(random() % 1500, 'v'));
      const auto batch = placed_batch(offset, values, timestamp);
      const auto header = parse_batch_header(batch);
      batches.push_back({offset, header->last_offset().value, timestamp, content.size()});
      REQUIRE(indexes->add(*header, content.size()));
      content += text_of(batch);
      offset = header->last_offset().value + 1;
    }
    REQUIRE(indexes->seal());
    system.set_content("00000000000000000100.log", content);
    size_bytes = content.size();
  }

  Segment open() {
    auto segment = Segment::open(directory, {100});
    REQUIRE(segment);
    return *std::move(segment);
  }

  // Whether the position is that of a batch (or the start) and no batch before it reaches `target`.
  bool is_before(std::uint64_t position, std::int64_t target) const {
    bool is_place = position == 0;
    for (const Batch& batch : batches) {
      if (batch.position == position) is_place = true;
      if (batch.position < position && batch.last >= target) return false;
    }
    return is_place;
  }

  std::optional<Offset> expected_reaching(std::int64_t timestamp) const {
    for (const Batch& batch : batches) {
      if (batch.timestamp >= timestamp) return Offset{batch.base};
    }
    return std::nullopt;
  }

  // On, before and after everything that there is.
  std::vector<std::int64_t> times() const {
    std::vector<std::int64_t> times = {INT64_MIN, 0, INT64_MAX};
    for (const Batch& batch : batches) {
      for (std::int64_t step = -1; step <= 1; step++) times.push_back(batch.timestamp + step);
    }
    return times;
  }

  // All that a segment can be asked has the answers that a scan of everything gives.
  void check_answers() {
    const Segment segment = open();
    for (std::int64_t target = 99; target <= batches.back().last + 2; target++) {
      const auto position = segment.position_before({target}, size_bytes);
      if (!position) FAIL(position.error().message);
      REQUIRE(is_before(*position, target));
    }
    for (const std::int64_t time : times()) {
      const auto found = segment.first_batch_reaching({time}, size_bytes);
      if (!found) FAIL(found.error().message);
      REQUIRE(*found == expected_reaching(time));
    }
  }
};

}  // namespace

TEST_CASE("segments are listed by base offset, and other files are none") {
  TestPartition partition;
  for (const std::string name :
       {"00000000000000000200.log", "00000000000000000030.log", "x.log",
        "00000000000000000005.log.cleaned", "00000000000000000007.index"}) {
    partition.system.set_content(std::string("p/") + name, "");
  }
  CHECK(*list_segments(partition.directory()) == std::vector<Offset>{{0}, {30}, {200}});
}

TEST_CASE("true indexes, no indexes and zeroed indexes give the same answers") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  SampleSegment segment(seed, 60);
  segment.check_answers();
  for (const std::string name : {index_name, time_index_name}) {
    const std::string good = segment.system.content(name);
    segment.system.set_content(name, "");
    segment.check_answers();
    segment.system.set_content(name, std::string(good.size(), '\0'));
    segment.check_answers();
    segment.system.remove(name);
    segment.check_answers();
    segment.system.set_content(name, good);
  }
}

TEST_CASE("an index makes the search short") {
  SampleSegment segment(1, 200);
  const auto position = segment.open().position_before({INT64_MAX}, segment.size_bytes);
  CHECK(*position > segment.size_bytes * 9 / 10);
}

TEST_CASE("an offset index that lies gives the same answers") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  SampleSegment segment(seed, 16);
  const std::string good = segment.system.content(index_name);
  REQUIRE(good.size() >= 16);
  for (std::size_t bit = 0; bit < good.size() * 8; bit++) {
    CAPTURE(bit);
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    segment.system.set_content(index_name, bad);
    const Segment open = segment.open();
    for (std::int64_t target = 99; target <= segment.batches.back().last + 2; target++) {
      const auto position = open.position_before({target}, segment.size_bytes);
      REQUIRE(position);
      REQUIRE(segment.is_before(*position, target));
    }
  }
}

TEST_CASE("a time index that lies gives the same answers") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  SampleSegment segment(seed, 16);
  const std::string good = segment.system.content(time_index_name);
  REQUIRE(good.size() >= 12);
  for (std::size_t bit = 0; bit < good.size() * 8; bit++) {
    CAPTURE(bit);
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    segment.system.set_content(time_index_name, bad);
    segment.check_answers();
  }
}

TEST_CASE("the index of another segment gives the same answers") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  SampleSegment segment(seed, 40);
  SampleSegment other(seed + 1, 40);
  segment.system.set_content(index_name, other.system.content(index_name));
  segment.system.set_content(time_index_name, other.system.content(time_index_name));
  segment.check_answers();
}

TEST_CASE("the limit hides batches that an index knows of") {
  SampleSegment segment(3, 40);
  const Segment open = segment.open();
  const auto& tenth = segment.batches[10];
  for (std::int64_t target = 99; target < 200; target++) {
    CHECK(*open.position_before({target}, tenth.position) < tenth.position);
  }
  for (const std::int64_t time : segment.times()) {
    const auto found = open.first_batch_reaching({time}, tenth.position);
    REQUIRE(found);
    if (*found) CHECK((*found)->value < tenth.base);
  }
}

TEST_CASE("a segment that is not there is not found") {
  SampleSegment segment(1, 1);
  const auto missing = Segment::open(segment.directory, {0});
  REQUIRE(!missing);
  CHECK(missing.error().code == Error::Code::not_found);
}
