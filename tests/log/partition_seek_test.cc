// Seeking by offset and by time against a model that looks at everything.
#include <doctest/doctest.h>

#include <random>

#include "support/partition.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::log;

namespace {

struct ModelBatch {
  std::int64_t base, last, timestamp;
};

// A partition of several segments, timestamps in disorder, and what is in it.
struct Model {
  TestPartition partition;
  std::vector<ModelBatch> batches;
  std::int64_t end = 0;

  explicit Model(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 12'000});
    const int count = 1 + static_cast<int>(random() % 80);
    for (int i = 0; i < count; i++) {
      const auto timestamp = static_cast<std::int64_t>(1000 + random() % 30) + i / 2;
      const std::vector<std::string> values(1 + random() % 4, std::string(random() % 900, 'v'));
      const auto appended = append(*writer, values, timestamp);
      const auto records = static_cast<std::int64_t>(values.size());
      batches.push_back({end, end + records - 1, timestamp});
      CHECK(appended.base_offset == Offset{end});
      end += records;
    }
  }

  std::int64_t reaching(std::int64_t time) const {
    for (const ModelBatch& batch : batches) {
      if (batch.timestamp >= time) return batch.base;
    }
    return end;
  }

  // The base offset of the batch that holds `offset`, or -1 at the end.
  std::int64_t batch_of_offset(std::int64_t offset) const {
    for (const ModelBatch& batch : batches) {
      if (batch.last >= offset) return batch.base;
    }
    return -1;
  }
};

std::int64_t next_base(PartitionReader& reader) {
  const auto header = reader.peek();
  if (!header) FAIL(header.error().message);
  return *header ? (*header)->base_offset.value : -1;
}

}  // namespace

TEST_CASE("seeks by offset and by time find what a look at everything finds") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (std::uint64_t round = 0; round < 15; round++) {
    CAPTURE(round);
    Model model(seed + round);
    auto reader = PartitionReader::open(model.partition.directory(), Layout::estream, {});
    REQUIRE(reader);
    CHECK(reader->end_offset() == Offset{model.end});
    for (int i = 0; i < 60; i++) {
      const auto offset =
          static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(model.end + 3)) - 1;
      CAPTURE(offset);
      REQUIRE(reader->seek({offset}));
      REQUIRE(next_base(*reader) == model.batch_of_offset(offset));
    }
    for (std::int64_t time = 995; time < 1075; time++) {
      CAPTURE(time);
      const auto found = reader->offset_reaching({time});
      REQUIRE(found);
      REQUIRE(found->value == model.reaching(time));
    }
  }
}

TEST_CASE("from wherever a reader starts it has all that comes after") {
  Model model(7);
  const auto all = model.partition.seen();
  REQUIRE(static_cast<std::int64_t>(all.size()) == model.end);
  auto reader = PartitionReader::open(model.partition.directory(), Layout::estream, {});
  for (std::int64_t offset = 0; offset <= model.end; offset++) {
    REQUIRE(reader->seek({offset}));
    const auto rest = read_rest(*reader);
    REQUIRE(rest);
    const std::int64_t first = offset == model.end ? model.end : model.batch_of_offset(offset);
    REQUIRE(rest->size() == static_cast<std::size_t>(model.end - first));
  }
}

TEST_CASE("a partition without indexes gives the same answers") {
  Model model(11);
  for (const auto& [path, content] : model.partition.system.tree()) {
    if (path.ends_with("index")) model.partition.system.remove(path);
  }
  auto reader = PartitionReader::open(model.partition.directory(), Layout::estream, {});
  for (std::int64_t offset = 0; offset < model.end; offset++) {
    REQUIRE(reader->seek({offset}));
    REQUIRE(next_base(*reader) == model.batch_of_offset(offset));
  }
  for (std::int64_t time = 995; time < 1075; time++) {
    REQUIRE(reader->offset_reaching({time})->value == model.reaching(time));
  }
}
