// A reader that is at work while segments are merged, replaced and removed under it.
#include <doctest/doctest.h>

#include "support/compaction.h"

using namespace estream;
using namespace estream::log;

namespace {

const KeyCompaction options = {.now = {0}};

// Segments of two batches each with offsets 0-3, 4-7 ... and the key `a` in each first record.
void fill(TestPartition& partition, int segments) {
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  for (int i = 0; i < segments; i++) {
    if (i > 0) REQUIRE(writer->seal_active());
    for (int j = 0; j < 2; j++) {
      append_keyed(*writer, {{"a", "1"}, {"b" + std::to_string(2 * i + j), "1"}}, 1000 + i);
    }
  }
}

PartitionReader reader_of(TestPartition& partition) {
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
  REQUIRE(reader);
  return *std::move(reader);
}

std::vector<std::int64_t> rest_of(PartitionReader& reader) {
  const auto records = read_rest(reader);
  if (!records) FAIL(records.error().message);
  std::vector<std::int64_t> offsets;
  for (const StoredRecord& record : *records) offsets.push_back(record.offset);
  return offsets;
}

using Offsets = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a reader that opened nothing yet goes on in the compacted segments") {
  TestPartition partition;
  fill(partition, 3);
  PartitionReader reader = reader_of(partition);
  compacted(partition, options);
  CHECK(rest_of(reader) == Offsets{1, 3, 5, 6, 7, 8, 9, 10, 11});
}

TEST_CASE("a reader inside a segment reads it to its end and goes on in the merged one") {
  for (const int read_before : {1, 2, 3, 4, 5}) {
    TestPartition partition;
    fill(partition, 4);
    PartitionReader reader = reader_of(partition);
    std::vector<std::byte> bytes;
    for (int i = 0; i < read_before; i++) {
      REQUIRE(reader.peek());
      REQUIRE(reader.read(bytes));
    }
    compacted(partition, options);
    CAPTURE(read_before);
    const Offsets rest = rest_of(reader);
    // No record that stays is missed, and none comes twice.
    std::int64_t last = 2 * read_before - 1;
    for (const std::int64_t offset : rest) {
      CHECK(offset > last);
      last = offset;
    }
    Offsets wanted;
    for (const std::int64_t offset : {1, 3, 5, 7, 9, 10, 11, 12, 13, 14, 15}) {
      if (offset >= 2 * read_before) wanted.push_back(offset);
    }
    for (const std::int64_t offset : wanted) {
      CHECK(std::ranges::find(rest, offset) != rest.end());
    }
  }
}

TEST_CASE("a merged segment of the same size is not taken for the one that was left") {
  // The first batch is as long as the empty one that takes its place and the second segment are.
  const std::size_t wanted = batch_header_bytes + keyed_batch({{"a", "1"}}).size();
  std::string value;
  while (keyed_batch({{"a", value}}).size() < wanted) value += 'x';
  REQUIRE(keyed_batch({{"a", value}}).size() == wanted);
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append_keyed(*writer, {{"a", value}});
    append_keyed(*writer, {{"b", "1"}});
    REQUIRE(writer->seal_active());
    append_keyed(*writer, {{"a", "1"}});
    REQUIRE(writer->seal_active());
    append_keyed(*writer, {{"c", "1"}});
  }
  const std::size_t size = partition.log(0).size();
  PartitionReader reader = reader_of(partition);
  std::vector<std::byte> bytes;
  for (int i = 0; i < 2; i++) {
    REQUIRE(reader.peek());
    REQUIRE(reader.read(bytes));
  }
  compacted(partition, options);
  REQUIRE(partition.log(0).size() == size);
  CHECK(rest_of(reader) == Offsets{2, 3});
}

TEST_CASE("a reader whose end was in the active segment reads it when it is sealed and compacted") {
  TestPartition partition;
  fill(partition, 1);
  PartitionReader reader = reader_of(partition);
  CHECK(reader.end_offset() == Offset{4});
  seal(partition);
  append_keyed(*partition.writer({.sync_level = SyncLevel::batch}), {{"a", "2"}});
  compacted(partition, options);
  // The compacted segment is shorter than the position at which its end was.
  CHECK(rest_of(reader) == Offsets{1, 2, 3});
  REQUIRE(*reader.refresh());
  CHECK(rest_of(reader) == Offsets{4});
}

TEST_CASE("a reader is not cut short when the sealed segment became longer than its end") {
  TestPartition partition;
  append_keyed(*partition.writer({.sync_level = SyncLevel::batch}),
               {{"a", std::nullopt}, {"b", std::nullopt}});
  PartitionReader reader = reader_of(partition);
  const std::size_t size = partition.log(0).size();
  seal(partition);
  // The delete horizon takes more bytes than the times did.
  compacted(partition, {.now = {1'700'000'000'000}});
  REQUIRE(partition.log(0).size() > size);
  CHECK(rest_of(reader) == Offsets{0, 1});
}

TEST_CASE("a reader's end stays where it was when that segment grows by compaction of more") {
  TestPartition partition;
  fill(partition, 1);
  PartitionReader reader = reader_of(partition);
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  append_keyed(*writer, {{"x", std::string(3000, 'x')}});
  append_keyed(*writer, {{"y", std::string(3000, 'x')}});
  REQUIRE(writer->seal_active());
  compacted(partition, options);
  CHECK(rest_of(reader) == Offsets{1, 2, 3});
}

TEST_CASE("the search for a time finds what was merged while it went on") {
  TestPartition partition;
  fill(partition, 4);
  PartitionReader reader = reader_of(partition);
  const KeyCompaction later = {.now = {0}};
  compacted(partition, later);
  for (int i = 0; i < 4; i++) {
    CAPTURE(i);
    const auto found = reader.offset_reaching({1000 + i});
    REQUIRE(found);
    // The first record of that time that stays is not before it.
    CHECK(*found <= Offset{4 * i + 1});
    CHECK(*found >= Offset{4 * (i - 1)});
  }
  CHECK(*reader.offset_reaching({2000}) == Offset{16});
}

TEST_CASE("old indexes beside a new log, and new ones beside an old log, change no answer") {
  TestPartition partition;
  TestPartition original;
  for (TestPartition* each : {&partition, &original}) {
    const auto writer = each->writer({.sync_level = SyncLevel::batch});
    for (int i = 0; i < 200; i++) {
      append_keyed(*writer, {{std::to_string(i % 50), std::string(100, 'v')}}, 1000 + i);
    }
    REQUIRE(writer->seal_active());
  }
  compacted(partition, options);
  const auto expected = [&](TestPartition& one) {
    Offsets answers;
    for (std::int64_t target = 0; target <= 200; target += 7) {
      PartitionReader reader = reader_of(one);
      REQUIRE(reader.seek({target}));
      const Offsets rest = rest_of(reader);
      const auto first =
          std::ranges::find_if(rest, [&](std::int64_t offset) { return offset >= target; });
      answers.push_back(first == rest.end() ? -1 : *first);
      REQUIRE(reader.offset_reaching({1000 + target}));
    }
    return answers;
  };
  const Offsets of_new = expected(partition);
  const Offsets of_old = expected(original);
  for (const SegmentFile kind : {SegmentFile::index, SegmentFile::time_index}) {
    const std::string name = "p/" + segment_file_name({0}, kind);
    const std::string new_index = partition.system.content(name);
    const std::string old_index = original.system.content(name);
    CHECK(new_index != old_index);
    partition.system.set_content(name, old_index);
    original.system.set_content(name, new_index);
  }
  CHECK(expected(partition) == of_new);
  CHECK(expected(original) == of_old);
}

TEST_CASE("a reader that retention overtakes goes on where the log begins now") {
  TestPartition partition;
  fill(partition, 4);
  PartitionReader reader = reader_of(partition);
  REQUIRE(run_retention(partition.directory(), 2));
  CHECK(rest_of(reader) == Offsets{8, 9, 10, 11, 12, 13, 14, 15});
  CHECK(reader.skipped_offsets() == 8);
}
