#include "log/maintenance/maintenance.h"

#include <doctest/doctest.h>

#include "log/verify/verify.h"
#include "support/compaction.h"

using namespace estream;
using namespace estream::log;

namespace {

// Five segments of one record each; the last one is active.
void fill(TestPartition& partition) {
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  for (int i = 0; i < 5; i++) {
    if (i > 0) REQUIRE(writer->seal_active());
    append_keyed(*writer, {{"k" + std::to_string(i % 2), "v"}}, 1000 + i);
  }
}

void remove_leftovers(TestPartition& partition) {
  const auto maintenance = Maintenance::open(partition.directory(), 0);
  REQUIRE(maintenance);
  const auto inventory = (*maintenance)->inventory();
  if (!inventory) FAIL(inventory.error().message);
  const auto removed = (*maintenance)->remove_leftovers(*inventory);
  if (!removed) FAIL(removed.error().message);
}

std::string path(std::int64_t base, SegmentFile kind) {
  return "p/" + segment_file_name({base}, kind);
}

}  // namespace

TEST_CASE("an inventory has the sealed segments and the published part of the active one") {
  TestPartition partition;
  fill(partition);
  const Inventory inventory = inventory_of(partition.directory());
  REQUIRE(inventory.sealed.size() == 4);
  CHECK(inventory.sealed[1].base == Offset{1});
  CHECK(inventory.sealed[1].end == Offset{2});
  CHECK(inventory.sealed[1].record_count == 1);
  CHECK(inventory.sealed[1].max_timestamp == Timestamp{1001});
  CHECK(inventory.active.base == Offset{4});
  CHECK(inventory.active.end == Offset{5});
  CHECK(inventory.leftovers.empty());
}

TEST_CASE("the time of a segment is the largest in its batches, by which retention goes") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  for (const std::vector<std::int64_t>& times :
       {std::vector<std::int64_t>{1000, 9000}, std::vector<std::int64_t>{2000, 3000}}) {
    std::vector<std::byte> batch = batch_of_times(times);
    REQUIRE(writer->append(batch));
  }
  REQUIRE(writer->seal_active());
  const Inventory inventory = inventory_of(partition.directory());
  REQUIRE(inventory.sealed.size() == 1);
  CHECK(inventory.sealed[0].max_timestamp == Timestamp{9000});
}

TEST_CASE("a hole between sealed segments is corruption") {
  TestPartition partition;
  fill(partition);
  partition.system.remove(path(2, SegmentFile::log));
  const auto maintenance = Maintenance::open(partition.directory(), 0);
  const auto inventory = (*maintenance)->inventory();
  REQUIRE(!inventory);
  CHECK(inventory.error().code == Error::Code::corrupt);
  CHECK(inventory.error().message == "p: the segment that holds offsets 2 to 2 is missing");
}

TEST_CASE("a batch of another epoch than its offset's is corruption, which no copy carries on") {
  TestPartition partition;
  fill(partition);
  std::string log = partition.system.content(path(2, SegmentFile::log));
  log[15] ^= 1;  // The checksum does not cover it.
  partition.system.set_content(path(2, SegmentFile::log), log);
  const auto maintenance = Maintenance::open(partition.directory(), 0);
  const auto inventory = (*maintenance)->inventory();
  REQUIRE(!inventory);
  CHECK(inventory.error().message.find("0002.log at byte 0: epoch 1 is not") != std::string::npos);
}

TEST_CASE("a missing last sealed segment and a missing first one are corruption, too") {
  for (const std::int64_t base : {0, 3}) {
    TestPartition partition;
    fill(partition);
    partition.system.remove(path(base, SegmentFile::log));
    const auto maintenance = Maintenance::open(partition.directory(), 0);
    CHECK(!(*maintenance)->inventory());
  }
}

TEST_CASE("two cannot maintain a partition at the same time, and a writer is not kept out") {
  TestPartition partition;
  fill(partition);
  const auto first = Maintenance::open(partition.directory(), 0);
  REQUIRE(first);
  const auto second = Maintenance::open(partition.directory(), 0);
  REQUIRE(!second);
  CHECK(second.error().code == Error::Code::busy);
  append_keyed(*partition.writer({.sync_level = SyncLevel::batch}), {{"a", "b"}});
}

TEST_CASE("the oldest segments go, and readers begin behind them") {
  TestPartition partition;
  fill(partition);
  REQUIRE(run_retention(partition.directory(), 3));
  CHECK(partition.commit().log_start_offset == Offset{3});
  CHECK(offsets_of(seen_records(partition.directory())) == std::set<std::int64_t>{3, 4});
  CHECK(strays(partition).empty());
  CHECK(!partition.system.exists(path(0, SegmentFile::time_index)));
}

TEST_CASE("the log start offset survives a loss of power once segments are gone") {
  TestPartition partition;
  fill(partition);
  partition.system.crash(io::MemorySystem::Loss::nothing);
  REQUIRE(run_retention(partition.directory(), 2));
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(offsets_of(seen_records(partition.directory())) == std::set<std::int64_t>{2, 3, 4});
}

TEST_CASE("a commit slot that is torn after a retention has a twin that knows of it") {
  for (const std::uint64_t torn : {std::uint64_t{0}, commit_slot_stride}) {
    TestPartition partition;
    fill(partition);
    REQUIRE(run_retention(partition.directory(), 2));
    std::string content = partition.system.content("p/commit");
    content.replace(torn, commit_slot_bytes, commit_slot_bytes, '!');
    partition.system.set_content("p/commit", content);
    CHECK(partition.commit().log_start_offset == Offset{2});
  }
}

TEST_CASE("all sealed segments may go, and the log goes on at its offset") {
  TestPartition partition;
  fill(partition);
  seal(partition);
  REQUIRE(run_retention(partition.directory(), 100));
  CHECK(seen_records(partition.directory()).empty());
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  CHECK(append_keyed(*writer, {{"a", "b"}}) == Offset{5});
  CHECK(offsets_of(seen_records(partition.directory())) == std::set<std::int64_t>{5});
}

TEST_CASE("segments below the log start offset are removed by the next run") {
  TestPartition partition;
  fill(partition);
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = *read_commit(*file);
  state.log_start_offset = {2};
  REQUIRE(write_commit(*file, state));
  CHECK(inventory_of(partition.directory()).leftovers == std::vector<Offset>{{0}, {1}});
  remove_leftovers(partition);
  CHECK(inventory_of(partition.directory()).leftovers.empty());
  CHECK(!partition.system.exists(path(0, SegmentFile::log)));
  CHECK(!partition.system.exists(path(1, SegmentFile::index)));
  CHECK(offsets_of(seen_records(partition.directory())) == std::set<std::int64_t>{2, 3, 4});
}

TEST_CASE("of what retention deleted any segment may be gone when the power went") {
  for (const std::int64_t gone : {0, 1, 2, 3}) {
    for (const std::int64_t start : {4, 5}) {
      CAPTURE(gone);
      CAPTURE(start);
      TestPartition partition;
      fill(partition);
      if (start == 5) seal(partition);
      auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
      CommitState state = *read_commit(*file);
      state.log_start_offset = {start};
      REQUIRE(write_commit(*file, state));
      partition.system.remove(path(gone, SegmentFile::log));
      const auto proof = verify_partition(partition.directory(), Layout::estream, std::nullopt, {});
      CHECK(proof.count(Finding::Kind::fault) == 0);
      auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
      CHECK(*reader->offset_reaching({INT64_MAX}) == Offset{5});
      remove_leftovers(partition);
      CHECK(!partition.system.exists(path(3, SegmentFile::log)));
      CHECK(inventory_of(partition.directory()).leftovers.empty());
    }
  }
}

TEST_CASE("segments that were merged into the one before them are removed by the next run") {
  TestPartition partition;
  fill(partition);
  const std::string second = partition.log(1);
  compacted(partition, {.now = {0}});
  const auto tree = partition.tree_without_commit();
  partition.system.set_content(path(1, SegmentFile::log), second);
  CHECK(inventory_of(partition.directory()).leftovers == std::vector<Offset>{{1}});
  remove_leftovers(partition);
  CHECK(partition.tree_without_commit() == tree);
}

TEST_CASE("segments that overlap in another way are corruption") {
  TestPartition partition;
  fill(partition);
  partition.system.set_content(path(1, SegmentFile::log),
                               text_of(placed_batch(1, {"x", "y", "z", "zz"})));
  partition.system.remove(path(2, SegmentFile::log));
  partition.system.set_content(path(3, SegmentFile::log),
                               text_of(placed_batch(3, {"x", "y", "z"})));
  const auto maintenance = Maintenance::open(partition.directory(), 0);
  const auto inventory = (*maintenance)->inventory();
  REQUIRE(!inventory);
  CHECK(inventory.error().message == "p: the segments that begin at offsets 1 and 3 overlap");
}

TEST_CASE("files that never took their place are removed, but not those of the living") {
  TestPartition partition;
  fill(partition);
  const auto tree = partition.tree_without_commit();
  for (const SegmentFile kind : {SegmentFile::log, SegmentFile::index}) {
    partition.system.set_content(path(1, kind) + ".cleaned", "half");
  }
  partition.system.set_content("p/leader-epoch-checkpoint.tmp.0000000000000001", "half");
  partition.system.set_content("p/commit.tmp.0000000000000001", "half");
  partition.system.set_content("p/commit.tmp.0000000000000002", "half");
  const io::Directory directory = partition.directory();
  const auto alive = directory.open_file("commit.tmp.0000000000000002", io::OpenMode::read_write);
  REQUIRE(partition.system.try_lock(alive->fd(), 0) == 0);
  remove_leftovers(partition);
  CHECK(partition.system.content("p/commit.tmp.0000000000000002") == "half");
  partition.system.remove("p/commit.tmp.0000000000000002");
  CHECK(partition.tree_without_commit() == tree);
}

TEST_CASE("the copy that a recovery was making is removed when no recovery can be at work") {
  TestPartition partition;
  fill(partition);
  partition.system.set_content(path(4, SegmentFile::log) + ".cleaned", "half");
  {
    const auto lock = partition.directory().open_file("lock", io::OpenMode::read_write);
    const auto held = io::RangeLock::acquire(*lock, append_lock_byte, 0);
    const auto maintenance = Maintenance::open(partition.directory(), 0);
    CHECK((*maintenance)->remove_leftovers(*(*maintenance)->inventory()).error().code ==
          Error::Code::busy);
    CHECK(partition.system.exists(path(4, SegmentFile::log) + ".cleaned"));
  }
  remove_leftovers(partition);
  CHECK(!partition.system.exists(path(4, SegmentFile::log) + ".cleaned"));
}

TEST_CASE("indexes that did not take their place with their log are made again") {
  TestPartition partition;
  fill(partition);
  compacted(partition, {.now = {0}});
  const auto tree = partition.tree_without_commit();
  partition.system.set_content(path(0, SegmentFile::time_index), std::string(24, 'x'));
  partition.system.set_content(path(0, SegmentFile::index) + ".cleaned", "half");
  remove_leftovers(partition);
  CHECK(partition.tree_without_commit() == tree);
}

TEST_CASE("indexes without a segment are removed") {
  TestPartition partition;
  fill(partition);
  REQUIRE(run_retention(partition.directory(), 1));
  partition.system.set_content(path(0, SegmentFile::index), "left");
  remove_leftovers(partition);
  CHECK(!partition.system.exists(path(0, SegmentFile::index)));
}

TEST_CASE("a slot whose sync had failed is on the device before a segment is rewritten") {
  TestPartition partition;
  fill(partition);
  partition.system.crash(io::MemorySystem::Loss::nothing);
  {
    const auto writer = partition.writer();
    partition.system.fail(io::MemorySystem::Call::sync, 1, EIO, io::MemorySystem::forever,
                          "commit");
    REQUIRE(!writer->seal_active());
  }
  partition.system.clear_faults();
  partition.system.kill();
  compacted(partition, {.now = {0}});
  const auto before = seen_records(partition.directory());
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(seen_records(partition.directory()) == before);
  partition.writer();
  CHECK(seen_records(partition.directory()) == before);
}

TEST_CASE("after a loss of power the slot does not name a segment that was rewritten") {
  // The writer dies before it syncs the slot that names the next segment.
  std::int64_t changes = 0;
  {
    TestPartition partition;
    fill(partition);
    const auto writer = partition.writer();
    changes = partition.system.changes();
    REQUIRE(writer->seal_active());
    changes = partition.system.changes() - changes;
  }
  TestPartition partition;
  fill(partition);
  partition.system.crash(io::MemorySystem::Loss::nothing);
  {
    const auto writer = partition.writer();
    partition.system.die_at(changes, io::MemorySystem::Death::before_change);
    REQUIRE(!writer->seal_active());
  }
  partition.system.kill();
  REQUIRE(partition.commit().segment_base == Offset{5});
  compacted(partition, {.now = {0}});
  const auto before = seen_records(partition.directory());
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(seen_records(partition.directory()) == before);
  partition.writer();
  CHECK(seen_records(partition.directory()) == before);
}

TEST_CASE("maintenance hands on that the other slot was damaged and may have been newer") {
  TestPartition partition;
  fill(partition);
  const std::uint64_t at = partition.commit().sequence % 2 == 0 ? 0 : commit_slot_stride;
  std::string content = partition.system.content("p/commit");
  content[at + 40] ^= 1;
  partition.system.set_content("p/commit", content);
  REQUIRE(partition.commit().is_twin_damaged);
  REQUIRE(run_retention(partition.directory(), 0));
  // Both slots are sound again, and the next writer must know all the same.
  CHECK(!partition.commit().is_twin_damaged);
  CHECK(partition.commit().is_rolling);
}

TEST_CASE("a segment that was not written as it should be replaces nothing") {
  TestPartition partition;
  fill(partition);
  const std::string old = partition.system.content(path(0, SegmentFile::log));
  const std::string cleaned = path(0, SegmentFile::log) + cleaned_suffix;
  bool is_swapped = false;
  partition.system.observe([&](const io::MemorySystem::Step& step) {
    if (step.kind != io::MemorySystem::Step::Kind::sync || is_swapped) return;
    if (!partition.system.exists(cleaned)) return;
    is_swapped = true;
    partition.system.set_content(cleaned, old);
  });
  const auto before = seen_records(partition.directory());
  const auto report = run_compaction(partition.directory(), {.now = {0}});
  REQUIRE(is_swapped);
  REQUIRE(!report);
  CHECK(report.error().message.find("nothing was replaced") != std::string::npos);
  CHECK(seen_records(partition.directory()) == before);
}
