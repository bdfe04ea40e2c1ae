#include "log/maintenance/compaction.h"

#include <doctest/doctest.h>

#include "log/producer_history.h"
#include "support/compaction.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
const KeyCompaction at_noon = {.now = {12 * hour_ms}, .keep_tombstones_ms = hour_ms};

std::vector<std::string> texts_of(const std::vector<OwnedRecord>& records) {
  std::vector<std::string> texts;
  for (const OwnedRecord& record : records) {
    texts.push_back(std::to_string(record.offset) + " " + record.key.value_or("null") + "=" +
                    record.value.value_or("null"));
  }
  return texts;
}

using Texts = std::vector<std::string>;

// a=1 b=1 | a=2 c=1 | b=2 | active: a=3
void fill(TestPartition& partition, Codec codec = Codec::none) {
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  append_keyed(*writer, {{"a", "1"}, {"b", "1"}}, 1000, codec);
  REQUIRE(writer->seal_active());
  append_keyed(*writer, {{"a", "2"}, {"c", "1"}}, 2000, codec);
  REQUIRE(writer->seal_active());
  append_keyed(*writer, {{"b", "2"}}, 3000, codec);
  REQUIRE(writer->seal_active());
  append_keyed(*writer, {{"a", "3"}}, 4000, codec);
}

Texts seen(TestPartition& partition) { return texts_of(seen_records(partition.directory())); }

}  // namespace

TEST_CASE("the last record of each key in the sealed segments stays at its offset") {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    TestPartition partition;
    fill(partition, codec);
    const RewriteReport report = compacted(partition, at_noon);
    // The active segment does not count: a=2 stays.
    CHECK(seen(partition) == Texts{"2 a=2", "3 c=1", "4 b=2", "5 a=3"});
    CHECK(report.removed_records == 2);
    CHECK(report.rewritten_segments == 3);
    CHECK(strays(partition).empty());
    CHECK(partition.seen().size() == 4);
  }
}

TEST_CASE("small segments are merged into the first of them") {
  TestPartition partition;
  fill(partition);
  const RewriteReport report = compacted(partition, at_noon);
  const Inventory inventory = inventory_of(partition.directory());
  REQUIRE(inventory.sealed.size() == 1);
  CHECK(inventory.sealed == report.sealed);
  CHECK(inventory.sealed[0].base == Offset{0});
  CHECK(inventory.sealed[0].end == Offset{5});
  CHECK(inventory.sealed[0].record_count == 3);
}

TEST_CASE("a second compaction finds nothing to do") {
  TestPartition partition;
  fill(partition);
  compacted(partition, at_noon);
  const auto tree = partition.tree_without_commit();
  const RewriteReport report = compacted(partition, at_noon);
  CHECK(report.rewritten_segments == 0);
  CHECK(partition.tree_without_commit() == tree);
}

TEST_CASE("a preview reports the same and changes nothing") {
  TestPartition partition;
  fill(partition, Codec::zstd);
  const auto tree = partition.system.tree();
  const RewriteReport preview = compacted(partition, at_noon, Effect::preview);
  CHECK(partition.system.tree() == tree);
  const RewriteReport report = compacted(partition, at_noon);
  CHECK(preview.sealed == report.sealed);
  CHECK(preview.removed_records == report.removed_records);
  CHECK(preview.rewritten_segments == report.rewritten_segments);
}

TEST_CASE("a tombstone is stamped by one compaction and removed by one after its time") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append_keyed(*writer, {{"a", "1"}, {"b", "1"}});
    append_keyed(*writer, {{"a", std::nullopt}, {"c", "1"}});
    REQUIRE(writer->seal_active());
  }
  KeyCompaction options = at_noon;
  compacted(partition, options);
  const Texts with_tombstone = {"1 b=1", "2 a=null", "3 c=1"};
  CHECK(seen(partition) == with_tombstone);
  // The horizon is an hour after noon, not an hour after the second run.
  options.now = {13 * hour_ms - 1};
  CHECK(compacted(partition, options).rewritten_segments == 0);
  CHECK(seen(partition) == with_tombstone);
  options.now = {13 * hour_ms};
  compacted(partition, options);
  CHECK(seen(partition) == Texts{"1 b=1", "3 c=1"});
}

TEST_CASE("the first compaction never removes a tombstone, however old it is") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append_keyed(*writer, {{"a", std::nullopt}}, 1);
    REQUIRE(writer->seal_active());
  }
  KeyCompaction options = {.now = {100 * 24 * hour_ms}, .keep_tombstones_ms = 0};
  compacted(partition, options);
  CHECK(seen(partition) == Texts{"0 a=null"});
  options.now.ms++;
  compacted(partition, options);
  CHECK(seen(partition).empty());
}

TEST_CASE("no round removes a tombstone that a round of the same run has marked") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append_keyed(*writer, {{"a", std::nullopt}});
    for (int i = 0; i < 50; i++) append_keyed(*writer, {{std::to_string(i), "v"}});
    REQUIRE(writer->seal_active());
  }
  KeyCompaction options = at_noon;
  options.keep_tombstones_ms = 0;
  options.key_map_bytes_max = 0;
  REQUIRE(compacted(partition, options, Effect::preview).is_lower_bound);
  compacted(partition, options);
  CHECK(seen_records(partition.directory()).size() == 51);
  options.now.ms++;
  compacted(partition, options);
  CHECK(seen_records(partition.directory()).size() == 50);
}

TEST_CASE("a delete horizon changes no record's time") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append_keyed(*writer, {{"a", std::nullopt}, {"b", "1"}}, 5000);
    REQUIRE(writer->seal_active());
  }
  const auto before = seen_records(partition.directory());
  compacted(partition, at_noon);
  CHECK(seen_records(partition.directory()) == before);
}

TEST_CASE("an event without a key stops the compaction, is dropped or kept, as one says") {
  for (const NullKeys null_keys : {NullKeys::refuse, NullKeys::drop, NullKeys::keep}) {
    TestPartition partition;
    {
      const auto writer = partition.writer({.sync_level = SyncLevel::batch});
      append_keyed(*writer, {{"a", "1"}, {std::nullopt, "x"}, {"a", "2"}});
      REQUIRE(writer->seal_active());
    }
    const auto tree = partition.tree_without_commit();
    KeyCompaction options = at_noon;
    options.null_keys = null_keys;
    const auto report = run_compaction(partition.directory(), options);
    if (null_keys == NullKeys::refuse) {
      REQUIRE(!report);
      CHECK(report.error().code == Error::Code::data);
      CHECK(report.error().message.starts_with("p: the event at offset 1 has no key"));
      CHECK(partition.tree_without_commit() == tree);
    } else {
      REQUIRE(report);
      const bool is_kept = null_keys == NullKeys::keep;
      CHECK(seen(partition) == (is_kept ? Texts{"1 null=x", "2 a=2"} : Texts{"2 a=2"}));
    }
  }
}

TEST_CASE("nothing happens while too few records would go") {
  TestPartition partition;
  fill(partition);
  KeyCompaction options = at_noon;
  options.min_dirty = 0.41;  // Two of five go.
  CHECK(compacted(partition, options).rewritten_segments == 0);
  options.min_dirty = 0.4;
  CHECK(compacted(partition, options).rewritten_segments == 3);
}

TEST_CASE("what an idempotent producer has written is known after compaction, too") {
  TestPartition partition;
  const std::int64_t id = producer_id_of("job");
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    for (std::int32_t i = 0; i < 4; i++) {
      std::vector<std::byte> batch = keyed_batch({{"a", "1"}, {"a", "2"}});
      patch_producer(batch, id, 0, i * 2);
      recompute_crc(batch);
      REQUIRE(writer->append(batch));
    }
    append_keyed(*writer, {{"a", "3"}});
    REQUIRE(writer->seal_active());
  }
  compacted(partition, at_noon);
  CHECK(seen(partition) == Texts{"8 a=3"});
  auto history = ProducerHistory::open(partition.directory(), id);
  REQUIRE(history);
  CHECK(history->next_sequence() == 8);
  CHECK(compacted(partition, at_noon).rewritten_segments == 0);
}

TEST_CASE("with more keys than fit in memory the result is the same") {
  TestPartition partition;
  TestPartition other;
  for (TestPartition* each : {&partition, &other}) {
    const auto writer = each->writer({.sync_level = SyncLevel::batch});
    for (int i = 0; i < 200; i++) {
      append_keyed(*writer, {{std::to_string(i * 7 % 60), std::to_string(i)},
                             {std::to_string(i * 11 % 45), std::nullopt}});
      if (i % 20 == 19) REQUIRE(writer->seal_active());
    }
  }
  compacted(partition, at_noon);
  KeyCompaction small = at_noon;
  small.key_map_bytes_max = 0;
  CHECK(compacted(other, small, Effect::preview).is_lower_bound);
  compacted(other, small);
  CHECK(seen(partition) == seen(other));
}

TEST_CASE("with more keys than fit in memory as many records count as dirty") {
  // Each key twice, far apart: one round sees none of what goes.
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    for (int i = 0; i < 100; i++) append_keyed(*writer, {{std::to_string(i % 50), "v"}});
    REQUIRE(writer->seal_active());
  }
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1} << 20}) {
    CAPTURE(bytes);
    KeyCompaction options = at_noon;
    options.key_map_bytes_max = bytes;
    options.min_dirty = 0.51;  // 50 of 100 go.
    CHECK(compacted(partition, options, Effect::preview).rewritten_segments == 0);
    options.min_dirty = 0.5;
    // A preview does only the first round, which finds nothing if the map is so small.
    const RewriteReport report = compacted(partition, options, Effect::preview);
    CHECK((report.rewritten_segments > 0 || report.is_lower_bound));
  }
  KeyCompaction options = at_noon;
  options.key_map_bytes_max = 0;
  options.min_dirty = 0.5;
  compacted(partition, options);
  CHECK(seen_records(partition.directory()).size() == 50);
}

TEST_CASE("a tombstone goes, even if too few records would go with it") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    append_keyed(*writer, {{"gone", std::nullopt}, {"a", "1"}, {"b", "1"}});
    REQUIRE(writer->seal_active());
  }
  KeyCompaction options = {.now = {1000 + hour_ms - 1}, .keep_tombstones_ms = hour_ms};
  options.min_dirty = 1;
  CHECK(compacted(partition, options).rewritten_segments == 0);
  options.now.ms++;  // Now it is an hour old, and gets its mark.
  CHECK(compacted(partition, options).rewritten_segments == 1);
  CHECK(seen(partition) == Texts{"0 gone=null", "1 a=1", "2 b=1"});
  options.now.ms += hour_ms - 1;
  CHECK(compacted(partition, options).rewritten_segments == 0);
  options.now.ms++;
  CHECK(compacted(partition, options).rewritten_segments == 1);
  CHECK(seen(partition) == Texts{"1 a=1", "2 b=1"});
}

TEST_CASE("what was replaced stays no longer than the maximum lag") {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1} << 20}) {
    CAPTURE(bytes);
    TestPartition partition;
    fill(partition);
    KeyCompaction options = {.now = {1999}, .min_dirty = 1, .max_lag_ms = 1000};
    options.key_map_bytes_max = bytes;
    CHECK(compacted(partition, options).rewritten_segments == 0);
    options.now.ms++;  // a=1 is a second old.
    CHECK(compacted(partition, options, Effect::preview).rewritten_segments > 0);
    compacted(partition, options);
    CHECK(seen(partition) == Texts{"2 a=2", "3 c=1", "4 b=2", "5 a=3"});
    options.now.ms += hour_ms;  // Nothing is left that was replaced.
    CHECK(compacted(partition, options).rewritten_segments == 0);
  }
}

TEST_CASE("segments with records younger than the minimum lag stay, and replace nothing") {
  TestPartition partition;
  fill(partition);
  KeyCompaction options = {.now = {3999}, .min_lag_ms = 1000};
  const RewriteReport report = compacted(partition, options);
  // b=2 is too young, so b=1 is the last one that counts.
  CHECK(seen(partition) == Texts{"1 b=1", "2 a=2", "3 c=1", "4 b=2", "5 a=3"});
  REQUIRE(report.sealed.size() == 2);
  CHECK(report.sealed == inventory_of(partition.directory()).sealed);
  options.now.ms++;
  compacted(partition, options);
  CHECK(seen(partition) == Texts{"2 a=2", "3 c=1", "4 b=2", "5 a=3"});
  TestPartition young;
  fill(young);
  options.now.ms = 1999;
  CHECK(compacted(young, options).rewritten_segments == 0);
  CHECK(compacted(young, options).sealed.size() == 3);
}

TEST_CASE("a segment with the offset to keep from stays, and replaces nothing") {
  TestPartition partition;
  fill(partition);
  KeyCompaction options = at_noon;
  options.keep_from = Offset{4};
  const RewriteReport report = compacted(partition, options);
  // b=2 has to be kept, so b=1 is the last one that counts.
  CHECK(seen(partition) == Texts{"1 b=1", "2 a=2", "3 c=1", "4 b=2", "5 a=3"});
  CHECK(report.sealed == inventory_of(partition.directory()).sealed);
  options.keep_from = Offset{5};
  compacted(partition, options);
  CHECK(seen(partition) == Texts{"2 a=2", "3 c=1", "4 b=2", "5 a=3"});
  TestPartition unread;
  fill(unread);
  options.keep_from = Offset{1};
  CHECK(compacted(unread, options).rewritten_segments == 0);
}

TEST_CASE("damage in a sealed segment stops the compaction and is left as it is") {
  TestPartition partition;
  fill(partition);
  std::string log = partition.log(2);
  log[log.size() - 1] ^= 1;
  partition.system.set_content("p/00000000000000000002.log", log);
  const auto tree = partition.tree_without_commit();
  const auto report = run_compaction(partition.directory(), at_noon);
  REQUIRE(!report);
  CHECK(report.error().code == Error::Code::corrupt);
  CHECK(report.error().message.starts_with("p/00000000000000000002.log at byte 0: "));
  CHECK(partition.tree_without_commit() == tree);
}

TEST_CASE("batches of a broker's transactions are refused") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch});
    std::vector<std::byte> batch = keyed_batch({{"a", "1"}});
    BatchHeader header = *parse_batch_header(batch);
    header.is_transactional = true;
    store_batch_header(batch, header);
    recompute_crc(batch);
    REQUIRE(writer->append(batch));
    REQUIRE(writer->seal_active());
  }
  const auto report = run_compaction(partition.directory(), at_noon);
  REQUIRE(!report);
  CHECK(report.error().message.find("transactions") != std::string::npos);
}
