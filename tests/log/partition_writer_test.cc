#include "log/partition_writer.h"

#include <doctest/doctest.h>

#include "log/active_segment.h"
#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr WriterOptions each_batch = {.sync_level = SyncLevel::batch};

}  // namespace

TEST_CASE("a batch is stamped with its offset and epoch") {
  TestPartition partition;
  const auto writer = partition.writer(each_batch);
  CHECK(append(*writer, {"a", "b"}).base_offset == Offset{0});
  CHECK(append(*writer, {"c"}).base_offset == Offset{2});
  CHECK(*writer->log_end_offset() == Offset{3});
  CHECK(partition.log() == text_of(placed_batch(0, {"a", "b"})) + text_of(placed_batch(2, {"c"})));
}

TEST_CASE("appends are numbered from 1, per writer") {
  TestPartition partition;
  const auto one = partition.writer(each_batch);
  const auto other = partition.writer(each_batch);
  CHECK(append(*one, {"a"}).number == 1);
  CHECK(append(*other, {"b"}).number == 1);
  CHECK(append(*one, {"c"}).number == 2);
}

TEST_CASE("at the interval level nothing is published before it is synced") {
  TestPartition partition;
  const auto writer = partition.writer();
  append(*writer, {"a"});
  append(*writer, {"b"});
  CHECK(partition.seen().empty());
  CHECK(partition.commit().written.offset == Offset{2});
  CHECK(partition.commit().synced.offset == Offset{0});
  CHECK(*writer->sync() == 2);
  CHECK(partition.seen().size() == 2);
  CHECK(partition.commit().synced == partition.commit().written);
  CHECK(*writer->sync() == 2);
}

TEST_CASE("at the batch level a batch is on the device when append returns") {
  TestPartition partition;
  append(*partition.writer(each_batch), {"a"});
  CHECK(partition.seen() == records(0, {"a"}));
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(partition.seen() == records(0, {"a"}));
}

TEST_CASE("at the level none a batch is published when it is written, and nothing is synced") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::none});
  partition.system.fail(io::MemorySystem::Call::sync, 1, EIO, io::MemorySystem::forever);
  append(*writer, {"a"});
  CHECK(partition.seen() == records(0, {"a"}));
  CHECK(*writer->sync() == 1);
}

TEST_CASE("two writers that take turns share one partition") {
  TestPartition partition;
  const auto one = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 300});
  const auto other = partition.writer({.sync_level = SyncLevel::interval, .segment_bytes = 300});
  std::vector<std::string> values;
  for (int i = 0; i < 20; i++) {
    values.push_back("one " + std::to_string(i));
    append(*one, {values.back()});
    values.push_back("other " + std::to_string(i));
    append(*other, {values.back()});
  }
  REQUIRE(other->sync());
  CHECK(partition.seen() == records(0, values));
  CHECK(list_segments(partition.directory())->size() > 5);
}

TEST_CASE("a sync covers what the writer appended before another one rolled") {
  TestPartition partition;
  const auto one = partition.writer({.segment_bytes = 140});
  const auto other = partition.writer({.segment_bytes = 140});
  append(*one, {"a"});
  append(*one, {"b"});
  append(*other, {"c"});  // Rolls.
  CHECK(*one->sync() == 2);
  CHECK(partition.seen() == records(0, {"a", "b"}));
  CHECK(*other->sync() == 1);
  CHECK(partition.seen().size() == 3);
}

TEST_CASE("a segment is rolled before it would grow beyond its size") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 1000});
  const auto add = [&](std::size_t size_bytes) {
    std::vector<std::byte> batch = sized_batch(size_bytes);
    REQUIRE(batch.size() == size_bytes);
    REQUIRE(writer->append(batch));
    return list_segments(partition.directory())->size();
  };
  CHECK(add(500) == 1);
  CHECK(add(500) == 1);
  CHECK(add(100) == 2);
  CHECK(add(5000) == 3);
  CHECK(add(100) == 4);
}

TEST_CASE("a first batch that is larger than a segment goes into the empty one") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 100});
  std::vector<std::byte> batch = sized_batch(500);
  REQUIRE(writer->append(batch));
  CHECK(list_segments(partition.directory())->size() == 1);
}

TEST_CASE("a segment is rolled when its events span more time than it may") {
  TestPartition partition;
  const WriterOptions options = {.sync_level = SyncLevel::batch, .segment_ms = 100};
  auto writer = partition.writer(options);
  const auto add = [&](std::int64_t timestamp) {
    append(*writer, {"a"}, timestamp);
    return list_segments(partition.directory())->size();
  };
  CHECK(add(1000) == 1);
  CHECK(add(1100) == 1);
  CHECK(add(50) == 1);
  CHECK(add(1101) == 2);
  CHECK(add(1200) == 2);
  writer = partition.writer(options);  // Another process knows when the segment began.
  CHECK(add(1201) == 2);
  CHECK(add(1202) == 3);
}

TEST_CASE("a roll is judged by the largest times of the first batch and of the next one") {
  TestPartition partition;
  const WriterOptions options = {.sync_level = SyncLevel::batch, .segment_ms = 100};
  auto writer = partition.writer(options);
  const auto add = [&](const std::vector<std::int64_t>& times) {
    std::vector<std::byte> batch = batch_of_times(times);
    REQUIRE(writer->append(batch));
    return list_segments(partition.directory())->size();
  };
  CHECK(add({1000, 1500}) == 1);
  CHECK(add({1200, 1600}) == 1);
  writer = partition.writer(options);  // Another process goes by the same times.
  CHECK(add({1250, 1600}) == 1);
  CHECK(add({1590, 1601}) == 2);
}

TEST_CASE("timestamps at the ends of their range are taken") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_ms = 1000});
  for (const std::int64_t timestamp :
       {INT64_MAX, INT64_MIN, std::int64_t{5}, INT64_MIN, std::int64_t{-7}, INT64_MAX, INT64_MIN}) {
    append(*writer, {"a"}, timestamp);
  }
  CHECK(partition.seen().size() == 7);
}

TEST_CASE("a rolled segment has sealed indexes and is whole on the device") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.segment_bytes = 140});
    for (const std::string value : {"a", "b", "c"}) append(*writer, {value}, 2000);
  }
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(partition.seen() == records(0, {"a", "b"}));
  CHECK(partition.system.content("p/00000000000000000000.timeindex").size() == 12);
}

TEST_CASE("an append that expects another end writes nothing") {
  TestPartition partition;
  const auto one = partition.writer(each_batch);
  const auto other = partition.writer(each_batch);
  std::vector<std::byte> batch = batch_of({"a"});
  const auto taken = one->append_if_at({0}, batch);
  REQUIRE(taken);
  CHECK(taken->value().base_offset == Offset{0});
  const std::string before = partition.system.content("p/commit");
  const auto refused = other->append_if_at({0}, batch);
  REQUIRE(refused);
  CHECK(!refused->has_value());
  CHECK(partition.system.content("p/commit") == before);
  CHECK(other->append_if_at({1}, batch)->has_value());
  CHECK(partition.seen() == records(0, {"a", "a"}));
}

TEST_CASE("a writer waits for the lock until its deadline") {
  TestPartition partition;
  const auto writer = partition.writer({.lock_timeout_ns = 1'000'000'000});
  const auto file = partition.directory().open_file("lock", io::OpenMode::read_write);
  const auto held = io::RangeLock::acquire(*file, append_lock_byte, 0);
  std::vector<std::byte> batch = batch_of({"a"});
  const auto refused = writer->append(batch);
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::busy);
  CHECK(partition.commit().written.offset == Offset{0});
}

TEST_CASE("the lock is held for one append only, and maintenance does not stop appends") {
  TestPartition partition;
  const auto writer = partition.writer(each_batch);
  append(*writer, {"a"});
  const auto file = partition.directory().open_file("lock", io::OpenMode::read_write);
  CHECK(io::RangeLock::acquire(*file, append_lock_byte, 0));
  const auto maintenance = io::RangeLock::acquire(*file, maintenance_lock_byte, 0);
  append(*writer, {"b"});
}

TEST_CASE("writers leave no descriptor open") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.segment_bytes = 140});
    for (const std::string value : {"a", "b", "c"}) append(*writer, {value});
    REQUIRE(writer->sync());
  }
  CHECK(partition.system.open_descriptors() == 0);
}

TEST_CASE("a sync acknowledges nothing that was appended while it ran") {
  TestPartition partition;
  const auto writer = partition.writer();
  append(*writer, {"a"});
  bool has_appended = false;
  partition.system.observe([&](const io::MemorySystem::Step& step) {
    if (step.kind != io::MemorySystem::Step::Kind::sync || has_appended) return;
    has_appended = true;
    append(*writer, {"b"});
  });
  CHECK(*writer->sync() == 1);
  REQUIRE(has_appended);
  CHECK(partition.seen() == records(0, {"a"}));
  CHECK(partition.commit().synced.offset == Offset{1});
  CHECK(*writer->sync() == 2);
  CHECK(partition.seen() == records(0, {"a", "b"}));
}

TEST_CASE("the thread that syncs has a descriptor of its own") {
  TestPartition partition;
  const auto active = ActiveSegment::open(partition.directory(), {0}, 0);
  REQUIRE(active);
  // The kernel tells each open file of a failed write-back once.
  CHECK((*active)->log.fd() != (*active)->sync_log.fd());
}

TEST_CASE("a sync and a roll sync the log by different descriptors") {
  TestPartition partition;
  const auto writer = partition.writer();
  append(*writer, {"a"});
  std::uint64_t log = 0;
  std::vector<int> descriptors;
  partition.system.observe([&](const io::MemorySystem::Step& step) {
    if (step.kind != io::MemorySystem::Step::Kind::sync) return;
    if (log == 0) log = step.node;
    if (log == step.node) descriptors.push_back(step.fd);
  });
  REQUIRE(writer->sync());
  REQUIRE(writer->seal_active());
  REQUIRE(descriptors.size() == 2);
  CHECK(descriptors[0] != descriptors[1]);
}

TEST_CASE("a slot that names a segment which has been sealed since is recovered from") {
  TestPartition partition;
  const WriterOptions options = {.sync_level = SyncLevel::batch, .segment_bytes = 140};
  append(*partition.writer(options), {"a"});
  append(*partition.writer(options), {"b"});
  const std::string stale = partition.system.content("p/commit");
  append(*partition.writer(options), {"c"});
  REQUIRE(list_segments(partition.directory())->size() == 2);
  partition.system.set_content("p/commit", stale);
  CHECK(append(*partition.writer(options), {"d"}).base_offset == Offset{3});
  CHECK(partition.seen() == records(0, {"a", "b", "c", "d"}));
}

TEST_CASE("a segment is rolled before its indexes run out of their 31 bits") {
  TestPartition partition;
  const auto writer = partition.writer(each_batch);
  const auto add = [&](std::int32_t last_offset_delta) {
    std::vector<std::byte> batch = batch_of({"a"});
    patch_last_offset_delta(batch, last_offset_delta);
    recompute_crc(batch);
    REQUIRE(writer->append(batch));
    return list_segments(partition.directory())->size();
  };
  CHECK(add(INT32_MAX - 1) == 1);
  CHECK(add(0) == 1);  // The last offset that fits.
  CHECK(add(0) == 2);
}
