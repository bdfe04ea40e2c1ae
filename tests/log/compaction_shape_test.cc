// The batches and segments in which key compaction leaves the records.
#include <doctest/doctest.h>

#include "log/producer_history.h"
#include "support/compaction.h"

using namespace estream;
using namespace estream::log;

namespace {

const KeyCompaction at_noon = {.now = {12 * 3'600'000}, .keep_tombstones_ms = 3'600'000};

using Offsets = std::set<std::int64_t>;

Offsets seen(TestPartition& partition) { return offsets_of(seen_records(partition.directory())); }

// Of segments that are kept as they are.
std::vector<std::size_t> group_sizes(const std::vector<SegmentSummary>& sealed,
                                     std::int64_t segment_bytes) {
  Survey survey;
  for (const SegmentSummary& segment : sealed) {
    survey.segments.push_back({.kept_records = segment.record_count,
                               .kept_bytes = static_cast<std::int64_t>(segment.bytes)});
  }
  std::vector<std::size_t> sizes;
  for (const SegmentGroup group : plan_groups(sealed, survey, segment_bytes)) {
    sizes.push_back(group.size());
  }
  return sizes;
}

// The batches of a segment of the partition.
std::vector<BatchHeader> headers_of(TestPartition& partition, const std::string& name) {
  const auto log = partition.directory().open_file(name, io::OpenMode::read);
  REQUIRE(log);
  BatchReader batches(*log, 0, *log->size_bytes());
  std::vector<BatchHeader> headers;
  while (const auto header = *batches.peek()) {
    headers.push_back(*header);
    batches.skip();
  }
  return headers;
}

}  // namespace

TEST_CASE("segments are not merged beyond the segment size") {
  const std::vector<SegmentSummary> sealed = {{{0}, {10}, 400, 10, {}},
                                              {{10}, {20}, 600, 10, {}},
                                              {{20}, {30}, 1, 10, {}},
                                              {{30}, {40}, 2000, 10, {}},
                                              {{40}, {50}, 10, 10, {}}};
  CHECK(group_sizes(sealed, 1000) == std::vector<std::size_t>{2, 1, 1, 1});
  const std::vector<SegmentSummary> wide = {{{0}, {10}, 1, 1, {}},
                                            {{10}, {INT64_C(1) << 33}, 1, 1, {}}};
  CHECK(group_sizes(wide, 1000).size() == 2);
}

TEST_CASE("a segment that keeps no record joins a neighbour of any size") {
  const std::vector<SegmentSummary> sealed = {{{0}, {10}, 1, 0, {}},
                                              {{10}, {20}, 2000, 10, {}},
                                              {{20}, {30}, 1, 0, {}},
                                              {{30}, {40}, 1, 0, {}},
                                              {{40}, {50}, 2000, 10, {}}};
  CHECK(group_sizes(sealed, 0) == std::vector<std::size_t>{4, 1});
  const std::vector<SegmentSummary> wide = {{{0}, {10}, 1, 1, {}},
                                            {{10}, {INT64_C(1) << 33}, 1, 0, {}}};
  CHECK(group_sizes(wide, 0).size() == 2);
  const std::vector<SegmentSummary> large = {{{0}, {10}, INT32_MAX - 100, 1, {}},
                                             {{10}, {20}, 1, 0, {}}};
  CHECK(group_sizes(large, 0).size() == 2);
}

TEST_CASE("batches that lose all records become one that covers their offsets") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    for (int i = 0; i < 50; i++) append_keyed(*writer, {{"a", std::to_string(i)}});
    REQUIRE(writer->seal_active());
  }
  compacted(partition, at_noon);
  const auto log = partition.directory().open_file("00000000000000000000.log", io::OpenMode::read);
  REQUIRE(log);
  BatchReader batches(*log, 0, partition.log().size());
  const auto first = batches.peek();
  REQUIRE((first && *first));
  CHECK((*first)->record_count == 0);
  CHECK((*first)->last_offset() == Offset{48});
  CHECK((*first)->max_timestamp == Timestamp{-1});
  CHECK(seen(partition) == Offsets{49});
}

TEST_CASE("the batch before removed offsets covers them, but for a producer's") {
  for (const bool is_producer : {false, true}) {
    TestPartition partition;
    {
      const auto writer = partition.writer({.sync_level = SyncLevel::batch});
      std::vector<std::byte> batch = keyed_batch({{"a", "1"}, {"b", "1"}});
      if (is_producer) patch_producer(batch, producer_id_of("job"), 0, 0);
      recompute_crc(batch);
      REQUIRE(writer->append(batch));
      for (int i = 0; i < 5; i++) append_keyed(*writer, {{"c", "1"}});
      REQUIRE(writer->seal_active());
      append_keyed(*writer, {{"c", "2"}}, 2000);
      REQUIRE(writer->seal_active());
    }
    KeyCompaction options = at_noon;
    options.segment_bytes = 0;
    compacted(partition, options);
    CHECK(seen(partition) == Offsets{0, 1, 7});
    const auto headers = headers_of(partition, "00000000000000000000.log");
    REQUIRE(headers.size() == (is_producer ? 2 : 1));
    CHECK(headers[0].record_count == 2);
    CHECK(headers[0].last_offset() == Offset{is_producer ? 1 : 6});
    CHECK(headers.back().last_offset() == Offset{6});
    CHECK(compacted(partition, options).rewritten_segments == 0);
  }
}

TEST_CASE("a reader does not hand a batch out again that covers more since") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  append_keyed(*writer, {{"a", "1"}, {"b", "1"}});
  REQUIRE(writer->seal_active());
  for (int i = 0; i < 5; i++) append_keyed(*writer, {{"c", "1"}});
  REQUIRE(writer->seal_active());
  append_keyed(*writer, {{"c", "2"}}, 2000);

  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(reader);
  std::vector<std::byte> bytes;
  auto header = reader->peek();
  REQUIRE((header && *header));
  REQUIRE(reader->read(bytes));
  REQUIRE(writer->seal_active());
  KeyCompaction options = at_noon;
  options.segment_bytes = 0;
  compacted(partition, options);
  REQUIRE(headers_of(partition, "00000000000000000000.log")[0].last_offset() == Offset{6});

  header = reader->peek();
  REQUIRE((header && *header));
  CHECK((*header)->base_offset == Offset{7});
  reader->skip();
  header = reader->peek();
  CHECK((header && !*header));
  // Who asks for an offset that it covers gets it all the same.
  REQUIRE(reader->seek({3}));
  header = reader->peek();
  REQUIRE((header && *header));
  CHECK((*header)->base_offset == Offset{0});
}

TEST_CASE("segments that lose all records leave no segment behind") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    for (const char* key : {"a", "b", "b", "b", "c"}) {
      append_keyed(*writer, {{key, std::string(100, 'v')}});
      REQUIRE(writer->seal_active());
    }
    append_keyed(*writer, {{"b", "x"}});
    REQUIRE(writer->seal_active());
  }
  KeyCompaction options = at_noon;
  options.segment_bytes = 0;
  const RewriteReport report = compacted(partition, options);
  const Inventory inventory = inventory_of(partition.directory());
  CHECK(inventory.sealed == report.sealed);
  REQUIRE(inventory.sealed.size() == 3);
  for (const SegmentSummary& segment : inventory.sealed) {
    CHECK(segment.record_count == 1);
    const auto times =
        partition.directory().status(segment_file_name(segment.base, SegmentFile::time_index));
    REQUIRE((times && *times));
    CHECK((*times)->size_bytes > 0);
  }
  CHECK(inventory.sealed[0].end == Offset{4});
  CHECK(report.reduced_segments == std::vector<Offset>{{1}, {2}, {3}});
  CHECK(strays(partition).empty());
  CHECK(compacted(partition, options).rewritten_segments == 0);
}
