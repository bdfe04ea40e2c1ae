// Whatever a kill or a refused call leaves of the indexes, a search by time passes over nothing.
#include <doctest/doctest.h>

#include <cerrno>
#include <random>

#include "log/maintenance/maintenance.h"
#include "support/partition.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::log;
using Call = io::MemorySystem::Call;
using Death = io::MemorySystem::Death;

namespace {

constexpr WriterOptions each_batch = {.sync_level = SyncLevel::batch};
constexpr const char* index_name = "p/00000000000000000000.index";
constexpr const char* time_index_name = "p/00000000000000000000.timeindex";

// Appends batches of one record each, most of them of one time, some later, one much later.
struct Grower {
  TestPartition& partition;
  std::mt19937_64 random;

  std::int64_t time() {
    const auto die = random() % 10;
    if (die == 0) return 9000;
    return die < 3 ? static_cast<std::int64_t>(1000 + random() % 3000) : 1000;
  }

  bool append(PartitionWriter& writer) {
    std::vector<std::byte> batch = sized_batch(500 + random() % 3000, time());
    return writer.append(batch).has_value();
  }

  void append_some(int count) {
    const auto writer = partition.writer(each_batch);
    for (int i = 0; i < count; i++) REQUIRE(append(*writer));
  }
};

// Every search answers what a look at all headers does.
void check_searches(TestPartition& partition) {
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(reader);
  std::vector<std::pair<Offset, Timestamp>> batches;
  while (const auto header = *reader->peek()) {
    batches.emplace_back(header->base_offset, header->max_timestamp);
    reader->skip();
  }
  std::vector<Timestamp> targets = {{999}, {9001}};
  for (const auto& [offset, time] : batches) targets.insert(targets.end(), {time, {time.ms + 1}});
  for (const Timestamp target : targets) {
    CAPTURE(target.ms);
    const auto found = reader->offset_reaching(target);
    REQUIRE(found);
    const auto first =
        std::ranges::find_if(batches, [&](const auto& batch) { return batch.second >= target; });
    CHECK(*found == (first == batches.end() ? reader->end_offset() : first->first));
  }
}

void maintain(TestPartition& partition) {
  const auto maintenance = Maintenance::open(partition.directory(), 0);
  REQUIRE(maintenance);
  const auto inventory = (*maintenance)->inventory();
  REQUIRE(inventory);
  REQUIRE((*maintenance)->remove_leftovers(*inventory));
}

// What an older version left: a hole before entries that it went on to write.
struct OldPartition {
  TestPartition partition;
  std::string good;

  explicit OldPartition(bool is_sealed) {
    const auto writer = partition.writer(each_batch);
    for (const std::int64_t time : {1000, 1000, 1000, 9000, 1000, 2000, 2000, 10000, 1000}) {
      std::vector<std::byte> batch = sized_batch(5000, time);
      REQUIRE(writer->append(batch));
    }
    if (is_sealed) REQUIRE(writer->seal_active());
    good = partition.system.content(time_index_name);
    REQUIRE(good.size() == 3 * 12);
    std::string bad = good;
    // 2000 at offset 5, where the hole made it the largest that was known.
    bad.replace(12, 12, std::string("\0\0\0\0\0\0\x07\xd0\0\0\0\5", 12));
    partition.system.set_content(time_index_name, bad);
    CommitState state = partition.commit();
    state.are_indexes_whole = false;
    auto commit = partition.directory().open_file("commit", io::OpenMode::read_write);
    REQUIRE(write_commit(*commit, state));
  }
};

}  // namespace

TEST_CASE("a writer that is killed while it makes removed indexes again leaves no hole") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  for (const bool is_index_kept : {false, true}) {
    for (std::int64_t nth = 1;; nth++) {
      CAPTURE(nth);
      TestPartition partition;
      Grower grower = {partition, std::mt19937_64(seed)};
      grower.append_some(30);
      if (!is_index_kept) partition.system.remove(index_name);
      partition.system.remove(time_index_name);
      partition.system.die_at(nth, nth % 2 == 0 ? Death::within_write : Death::before_change);
      if (const auto writer = partition.try_writer(each_batch)) grower.append(**writer);
      const bool is_over = !partition.system.is_dead();
      partition.system.kill();
      check_searches(partition);
      grower.append_some(30);
      check_searches(partition);
      if (is_over) break;
    }
  }
}

TEST_CASE("a call that is refused while indexes are written leaves no hole") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  for (const bool is_removed : {false, true}) {
    for (const Call call : {Call::write, Call::truncate, Call::read, Call::status, Call::open}) {
      for (std::int64_t nth = 1; nth < 30; nth++) {
        for (const std::int64_t times : {std::int64_t{1}, std::int64_t{3}}) {
          CAPTURE(nth);
          TestPartition partition;
          Grower grower = {partition, std::mt19937_64(seed + static_cast<std::uint64_t>(nth))};
          const auto steady = partition.writer(each_batch);
          for (int i = 0; i < 20; i++) REQUIRE(grower.append(*steady));
          if (is_removed) partition.system.remove(time_index_name);
          partition.system.fail(call, nth, ENOSPC, times, "index");
          if (const auto writer = partition.try_writer(each_batch)) {
            for (int i = 0; i < 12 && grower.append(**writer); i++) continue;
          }
          partition.system.clear_faults();
          // The one that was there before goes on, too.
          grower.append(*steady);
          check_searches(partition);
          grower.append_some(20);
          check_searches(partition);
        }
      }
    }
  }
}

TEST_CASE("writers that take turns find the indexes that somebody removed meanwhile") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  TestPartition partition;
  Grower grower = {partition, std::mt19937_64(seed)};
  const auto one = partition.writer(each_batch);
  const auto other = partition.writer(each_batch);
  for (int i = 0; i < 200; i++) {
    if (i % 17 == 16) partition.system.remove(time_index_name);
    if (i % 29 == 28) partition.system.remove(index_name);
    REQUIRE(grower.append(grower.random() % 3 == 0 ? *other : *one));
    if (i % 10 == 0) check_searches(partition);
  }
  check_searches(partition);
}

TEST_CASE("where nobody vouches for a time index, a search does without it") {
  for (const bool is_sealed : {false, true}) {
    OldPartition old(is_sealed);
    check_searches(old.partition);
  }
}

TEST_CASE("the next maintenance mends a hole, and vouches for the indexes from then on") {
  for (const bool is_sealed : {false, true}) {
    OldPartition old(is_sealed);
    maintain(old.partition);
    CHECK(old.partition.system.content(time_index_name) == old.good);
    CHECK(old.partition.commit().are_indexes_whole);
    check_searches(old.partition);
  }
}

TEST_CASE("maintenance makes indexes of sealed segments again that somebody removed") {
  OldPartition old(true);
  old.partition.system.remove(time_index_name);
  const std::string offsets = old.partition.system.content(index_name);
  old.partition.system.remove(index_name);
  maintain(old.partition);
  CHECK(old.partition.system.content(time_index_name) == old.good);
  CHECK(old.partition.system.content(index_name) == offsets);
}

TEST_CASE("after a restart of the machine only the sealed segments are vouched for") {
  TestPartition partition;
  Grower grower = {partition, std::mt19937_64(1)};
  grower.append_some(10);
  REQUIRE(partition.writer(each_batch)->seal_active());
  grower.append_some(10);
  const auto before = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  CHECK(before->indexes_whole_below() == Offset{INT64_MAX});
  CHECK(before->ours_below() == Offset{INT64_MAX});
  partition.system.crash(io::MemorySystem::Loss::nothing);
  const auto after = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  CHECK(after->indexes_whole_below() == Offset{10});
  CHECK(after->ours_below() == Offset{20});
}

TEST_CASE("batches that recovery finds and that are not like ours end the word for their times") {
  for (const std::int64_t second : {1500, 500}) {
    TestPartition partition;
    BatchBuilder builder;
    builder.begin({1000});  // As a broker's producer: the first record's.
    builder.append({1000}, std::nullopt, "a", {});
    builder.append({second}, std::nullopt, "b", {});
    const auto batch = builder.finish(Codec::none, 0);
    REQUIRE(batch);
    partition.system.set_content("p/00000000000000000000.log", text_of(*batch));
    partition.writer(each_batch);
    CHECK(partition.commit().are_batches_ours == (second > 1000));
    CHECK(partition.seen().size() == 2);
  }
}
