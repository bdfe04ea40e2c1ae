#include "log/partition_reader.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr const char* first_log = "p/00000000000000000000.log";

std::vector<std::string> letters(int count) {
  std::vector<std::string> values;
  for (int i = 0; i < count; i++) values.push_back(std::string(1, static_cast<char>('a' + i)));
  return values;
}

// Batches of one record each, "a", "b", ..., two to a segment.
void fill(TestPartition& partition, int count) {
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 140});
  for (const std::string& value : letters(count)) append(*writer, {value});
}

Error error_of(TestPartition& partition, Layout layout = Layout::estream) {
  const auto all = read_all(partition.directory(), layout);
  if (all) FAIL("everything was read");
  return all.error();
}

// What a broker might have left: these segments, by base offset.
void put_segments(TestPartition& partition, const std::map<std::int64_t, std::string>& segments) {
  partition.system.remove("p/commit");
  for (const auto& [base, content] : segments) {
    partition.system.set_content("p/" + segment_file_name({base}, SegmentFile::log), content);
  }
}

std::string kafka_batch(std::int64_t base, const std::vector<std::string>& values) {
  return text_of(placed_batch(base, values, 1000, 9));
}

}  // namespace

TEST_CASE("all records come in order, across segments") {
  TestPartition partition;
  fill(partition, 7);
  CHECK(list_segments(partition.directory())->size() == 4);
  CHECK(partition.seen() == records(0, letters(7)));
}

TEST_CASE("a reader that follows has each record once while others append and roll") {
  TestPartition partition;
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
  REQUIRE(reader);
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 140});
  std::vector<StoredRecord> all;
  for (const std::string& value : letters(9)) {
    CHECK(!*reader->refresh());
    append(*writer, {value});
    CHECK(*reader->refresh());
    const auto rest = read_rest(*reader);
    REQUIRE(rest);
    all.insert(all.end(), rest->begin(), rest->end());
  }
  CHECK(all == records(0, letters(9)));
}

TEST_CASE("a reader stops at the end that it knew until it looks again") {
  TestPartition partition;
  fill(partition, 3);
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
  fill(partition, 2);
  CHECK(read_rest(*reader)->size() == 3);
  CHECK(*reader->refresh());
  CHECK(*read_rest(*reader) == records(3, {"a", "b"}));
}

TEST_CASE("bytes beyond the published end are not looked at") {
  TestPartition partition;
  fill(partition, 2);
  partition.system.set_content(first_log, partition.log() + "garbage");
  CHECK(partition.seen() == records(0, {"a", "b"}));
}

TEST_CASE("a batch of another offset is a hole, named by file and byte") {
  TestPartition partition;
  fill(partition, 2);
  partition.system.set_content(first_log,
                               text_of(placed_batch(0, {"a"})) + text_of(placed_batch(5, {"b"})));
  const Error error = error_of(partition);
  CHECK(error.code == Error::Code::corrupt);
  CHECK(error.message ==
        "p/00000000000000000000.log at byte 69: the batch begins at offset 5 instead of 1");
}

TEST_CASE("a first batch of another offset than the file's name is a hole") {
  TestPartition partition;
  fill(partition, 1);
  partition.system.set_content(first_log, text_of(placed_batch(7, {"a"})));
  CHECK(error_of(partition).message ==
        "p/00000000000000000000.log at byte 0: the batch begins at offset 7 instead of 0");
}

TEST_CASE("a batch of another epoch than its offset's is corruption") {
  TestPartition partition;
  fill(partition, 1);
  partition.system.set_content(first_log, text_of(placed_batch(0, {"a"}, 1000, 3)));
  const Error error = error_of(partition);
  CHECK(error.code == Error::Code::corrupt);
  CHECK(error.message.starts_with("p/00000000000000000000.log at byte 0: epoch 3 is not the one"));
}

TEST_CASE("a missing segment is corruption, wherever it is missing") {
  for (const std::int64_t base : {0, 2, 4, 6}) {
    CAPTURE(base);
    TestPartition partition;
    fill(partition, 7);
    partition.system.remove("p/" + segment_file_name({base}, SegmentFile::log));
    CHECK(error_of(partition).code == Error::Code::corrupt);
    auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
    REQUIRE(reader);
    REQUIRE(reader->seek({base + (base < 6 ? 1 : 0)}));
    const auto rest = read_rest(*reader);
    REQUIRE(!rest);
    CHECK(rest.error().code == Error::Code::corrupt);
  }
}

TEST_CASE("a missing active segment is corruption on another boot, too") {
  TestPartition partition;
  fill(partition, 7);
  partition.system.crash(io::MemorySystem::Loss::nothing);
  partition.system.remove("p/00000000000000000006.log");
  CHECK(error_of(partition).code == Error::Code::corrupt);
}

TEST_CASE("a sealed segment cut at any byte is corruption") {
  TestPartition partition;
  fill(partition, 5);
  const std::string whole = partition.log(2);
  for (std::size_t size = 0; size < whole.size(); size++) {
    CAPTURE(size);
    partition.system.set_content("p/00000000000000000002.log", whole.substr(0, size));
    REQUIRE(error_of(partition).code == Error::Code::corrupt);
  }
}

TEST_CASE("an active segment cut below its published end is corruption") {
  TestPartition partition;
  fill(partition, 2);
  const std::string whole = partition.log();
  for (std::size_t size = 0; size < whole.size(); size++) {
    CAPTURE(size);
    partition.system.set_content(first_log, whole.substr(0, size));
    REQUIRE(error_of(partition).code == Error::Code::corrupt);
  }
}

TEST_CASE("every flipped bit of a log is noticed in its batch") {
  TestPartition partition;
  fill(partition, 5);
  for (const std::int64_t base : {0, 2, 4}) {
    const std::string path = "p/" + segment_file_name({base}, SegmentFile::log);
    const std::string good = partition.system.content(path);
    for (std::size_t bit = 0; bit < good.size() * 8; bit++) {
      CAPTURE(bit);
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
      partition.system.set_content(path, bad);
      const Error error = error_of(partition);
      REQUIRE(error.code == Error::Code::corrupt);
      const std::string position = std::to_string(bit / 8 / 69 * 69);
      REQUIRE(error.message.starts_with(path + " at byte " + position + ": "));
    }
    partition.system.set_content(path, good);
  }
}

TEST_CASE("without a commit file an incomplete batch at the very end is not there yet") {
  TestPartition partition;
  fill(partition, 5);
  const std::string tail = text_of(placed_batch(5, {"z"}));
  const std::string last = "p/00000000000000000004.log";
  const std::string whole = partition.system.content(last);
  partition.system.remove("p/commit");
  for (std::size_t size = 0; size < tail.size(); size++) {
    CAPTURE(size);
    partition.system.set_content(last, whole + tail.substr(0, size));
    REQUIRE(partition.seen() == records(0, letters(5)));
  }
  partition.system.set_content(last, whole + tail);
  CHECK(partition.seen().size() == 6);
}

TEST_CASE("without a commit file any other damage is corruption") {
  TestPartition partition;
  fill(partition, 5);
  const std::string last = "p/00000000000000000004.log";
  const std::string whole = partition.system.content(last);
  partition.system.remove("p/commit");
  std::string bad = whole;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  for (const std::string& content :
       {bad, whole + std::string(100, 'x'), whole + text_of(placed_batch(9, {"z"}))}) {
    partition.system.set_content(last, content);
    CHECK(error_of(partition).code == Error::Code::corrupt);
  }
}

TEST_CASE("on another boot a stale slot hides nothing, even across a roll") {
  TestPartition partition;
  fill(partition, 1);
  const std::string stale = partition.system.content("p/commit");
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 140});
  for (const std::string value : {"b", "c", "d", "e"}) append(*writer, {value});
  partition.system.crash(io::MemorySystem::Loss::nothing);
  partition.system.set_content("p/commit", stale);
  CHECK(partition.seen() == records(0, letters(5)));
  const std::string last = "p/00000000000000000004.log";
  partition.system.set_content(last, partition.system.content(last).substr(0, 50));
  CHECK(partition.seen() == records(0, letters(4)));
}

TEST_CASE("on the same boot the slot alone says where the end is") {
  TestPartition partition;
  fill(partition, 1);
  const std::string stale = partition.system.content("p/commit");
  fill(partition, 1);
  partition.system.set_content("p/commit", stale);
  CHECK(partition.seen() == records(0, {"a"}));
}

TEST_CASE("damage to the newer slot hides nothing, and the next writer mends it") {
  for (const std::int64_t segment_bytes : {std::int64_t{140}, std::int64_t{1} << 20}) {
    TestPartition partition;
    const WriterOptions options = {.sync_level = SyncLevel::batch, .segment_bytes = segment_bytes};
    append(*partition.writer(options), {"a"});
    append(*partition.writer(options), {"b"});
    std::string content = partition.system.content("p/commit");
    const std::size_t newer = partition.commit().sequence % 2 == 0 ? 0 : commit_slot_stride;
    content[newer + 33] = 1;
    partition.system.set_content("p/commit", content);
    CHECK(partition.commit().is_twin_damaged);
    CHECK(partition.seen() == records(0, {"a", "b"}));
    append(*partition.writer(options), {"c"});
    CHECK(!partition.commit().is_twin_damaged);
    CHECK(partition.seen() == records(0, {"a", "b", "c"}));
  }
}

TEST_CASE("what a failed sync took is no damage for those who read before it is recovered") {
  TestPartition partition;
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"a"});
  const auto writer = partition.writer({.sync_level = SyncLevel::none});
  append(*writer, {"b"});
  partition.system.set_failed_sync(io::MemorySystem::FailedSync::reverts);
  partition.system.fail(io::MemorySystem::Call::sync, 1, EIO, 1, ".log");
  REQUIRE(!writer->seal_active());
  CHECK(partition.seen() == records(0, {"a"}));
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"c"});
  CHECK(partition.seen() == records(0, {"a", "c"}));
}

TEST_CASE("what was written and not published is for writers only") {
  TestPartition partition;
  const auto writer = partition.writer();
  append(*writer, {"a"});
  CHECK(partition.seen().empty());
  CHECK(partition.seen(Extent::written) == records(0, {"a"}));
  REQUIRE(writer->sync());
  CHECK(partition.seen() == records(0, {"a"}));
}

TEST_CASE("records that retention deleted are skipped and counted") {
  TestPartition partition;
  fill(partition, 7);
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
  REQUIRE(reader);
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = *read_commit(*file);
  state.log_start_offset = {4};
  REQUIRE(write_commit(*file, state));
  partition.system.remove("p/00000000000000000000.log");
  partition.system.remove("p/00000000000000000002.log");
  CHECK(*read_rest(*reader) == records(4, {"e", "f", "g"}));
  CHECK(reader->skipped_offsets() == 4);
  CHECK(partition.seen() == records(4, {"e", "f", "g"}));
}

TEST_CASE("a reader that finds all that it had before it deleted is at the end") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  append(*writer, {"a", "b"});
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, {});
  REQUIRE(reader);
  REQUIRE(writer->seal_active());
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = *read_commit(*file);
  state.log_start_offset = {2};
  REQUIRE(write_commit(*file, state));
  partition.system.remove("p/00000000000000000000.log");
  CHECK(read_rest(*reader)->empty());
  CHECK(reader->skipped_offsets() == 2);
  append(*writer, {"c"});
  REQUIRE(reader->refresh());
  CHECK(*read_rest(*reader) == records(2, {"c"}));
}

TEST_CASE("a broker's partition may have gaps within and between segments") {
  TestPartition partition;
  put_segments(partition, {{0, kafka_batch(3, {"a"}) + kafka_batch(10, {"b", "c"})},
                           {20, kafka_batch(25, {"d"})},
                           {40, ""}});
  const std::vector<StoredRecord> expected = {{3, "a"}, {10, "b"}, {11, "c"}, {25, "d"}};
  const auto all = read_all(partition.directory(), Layout::kafka);
  REQUIRE(all);
  CHECK(*all == expected);
  auto reader = PartitionReader::open(partition.directory(), Layout::kafka, {});
  CHECK(reader->end_offset() == Offset{40});
  for (const std::int64_t offset : {4, 10, 12, 25, 26, 30, 40}) {
    CAPTURE(offset);
    REQUIRE(reader->seek({offset}));
    const auto rest = read_rest(*reader);
    REQUIRE(rest);
    CHECK(rest->size() == (offset <= 10 ? 3U : offset <= 25 ? 1U : 0U));
  }
}

TEST_CASE("a broker's partition may end in zeros or in a part of a batch") {
  for (const std::string& tail :
       {std::string(5000, '\0'), kafka_batch(2, {"z"}).substr(0, 60), std::string(3, '\0')}) {
    TestPartition partition;
    put_segments(partition, {{0, kafka_batch(0, {"a", "b"}) + tail}});
    CHECK(*read_all(partition.directory(), Layout::kafka) == records(0, {"a", "b"}));
  }
}

TEST_CASE("offsets that go back are corruption in a broker's partition, too") {
  TestPartition partition;
  put_segments(partition, {{0, kafka_batch(10, {"a", "b"}) + kafka_batch(11, {"c"})}});
  const Error error = error_of(partition, Layout::kafka);
  CHECK(error.code == Error::Code::corrupt);
  CHECK(error.message == "p/00000000000000000000.log at byte 77: offset 11 stands after offset 11");
}

TEST_CASE("a broker's log start offset hides what is before it") {
  TestPartition partition;
  put_segments(partition, {{0, kafka_batch(0, {"a"}) + kafka_batch(1, {"b"})}});
  auto reader = PartitionReader::open(partition.directory(), Layout::kafka, Offset{1});
  REQUIRE(reader);
  CHECK(reader->log_start_offset() == Offset{1});
  CHECK(*read_rest(*reader) == records(1, {"b"}));
}
