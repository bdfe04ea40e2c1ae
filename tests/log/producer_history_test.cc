#include "log/producer_history.h"

#include <doctest/doctest.h>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr std::int64_t ours = 42;
constexpr std::int64_t theirs = 43;

// Appends as a producer whose first record here has the number `sequence`.
void produce(PartitionWriter& writer, std::int64_t producer, std::int64_t sequence,
             const std::vector<std::string>& values) {
  std::vector<std::byte> batch = batch_of(values);
  patch_producer(batch, producer, 0, static_cast<std::int32_t>(sequence & INT32_MAX));
  recompute_crc(batch);
  REQUIRE(writer.append(batch));
}

std::string record_of(ProducerHistory& history, std::int64_t sequence) {
  const auto record = history.record(sequence);
  if (!record) FAIL(record.error().message);
  return *record ? std::string((*record)->value.value_or("null")) : "gone";
}

ProducerHistory opened(TestPartition& partition, std::int64_t producer = ours) {
  auto history = ProducerHistory::open(partition.directory(), producer);
  if (!history) FAIL(history.error().message);
  return *std::move(history);
}

}  // namespace

TEST_CASE("a name's id is FNV-1a without the sign") {
  // The vectors of the FNV authors for "" and "a", and for "foobar".
  CHECK(producer_id_of("") == (0xcbf29ce484222325 & INT64_MAX));
  CHECK(producer_id_of("a") == (0xaf63dc4c8601ec8c & INT64_MAX));
  CHECK(producer_id_of("foobar") == (0x85944171f73967e8 & INT64_MAX));
}

TEST_CASE("a producer that was never here begins at 0") {
  TestPartition partition;
  append(*partition.writer({.sync_level = SyncLevel::batch}), {"a", "b"});
  const ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == 0);
  CHECK(history.end_offset() == Offset{2});
}

TEST_CASE("the records of one producer are told from those of others") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 150});
  produce(*writer, ours, 0, {"a", "b"});
  produce(*writer, theirs, 0, {"x"});
  append(*writer, {"nobody's"});
  produce(*writer, ours, 2, {"c"});
  produce(*writer, theirs, 1, {"y", "z"});
  ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == 3);
  CHECK(record_of(history, 0) == "a");
  CHECK(record_of(history, 1) == "b");
  CHECK(record_of(history, 1) == "b");
  CHECK(record_of(history, 2) == "c");
  CHECK(opened(partition, theirs).next_sequence() == 3);
}

TEST_CASE("a base sequence is the low 31 bits of the number, and never negative") {
  constexpr std::int64_t modulus = std::int64_t{1} << 31;
  CHECK(base_sequence_of(0) == 0);
  CHECK(base_sequence_of(INT32_MAX) == INT32_MAX);
  CHECK(base_sequence_of(modulus) == 0);
  CHECK(base_sequence_of(3 * modulus + 5) == 5);
}

TEST_CASE("what is written and not yet published counts") {
  TestPartition partition;
  const auto writer = partition.writer();
  produce(*writer, ours, 0, {"a"});
  ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == 1);
  CHECK(record_of(history, 0) == "a");
}

TEST_CASE("a history takes in what was appended since") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 150});
  ProducerHistory history = opened(partition);
  for (int i = 0; i < 10; i++) {
    produce(*writer, ours, i, {std::to_string(i)});
    produce(*writer, theirs, i, {"x"});
    REQUIRE(history.refresh());
    CHECK(history.next_sequence() == i + 1);
    CHECK(history.end_offset() == Offset{2 * i + 2});
    CHECK(record_of(history, i) == std::to_string(i));
  }
}

TEST_CASE("numbers go on beyond 31 bits, between batches and within one") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  constexpr std::int64_t wrap = 2147483648;
  produce(*writer, ours, wrap - 3, {"a"});
  produce(*writer, ours, wrap - 2, {"b", "c", "d"});  // "d" has the number 2^31.
  produce(*writer, ours, wrap + 1, {"e"});
  ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == wrap + 2);
  CHECK(record_of(history, wrap - 3) == "a");
  CHECK(record_of(history, wrap - 1) == "c");
  CHECK(record_of(history, wrap) == "d");
  CHECK(record_of(history, wrap + 1) == "e");
}

TEST_CASE("numbers go on through any number of turns of 31 bits") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  constexpr std::int64_t turn = 2147483648;
  for (const std::int64_t number : {turn - 5, 2 * turn - 7, 3 * turn - 9, 4 * turn - 20}) {
    produce(*writer, ours, number, {"a"});
    CHECK(opened(partition).next_sequence() == number + 1);
  }
  ProducerHistory history = opened(partition);
  CHECK(record_of(history, 3 * turn - 9) == "a");
  CHECK(record_of(history, 4 * turn - 20) == "a");
}

TEST_CASE("a batch that ends exactly at 2^31 is followed by 0") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  constexpr std::int64_t wrap = 2147483648;
  produce(*writer, ours, wrap - 2, {"a", "b"});
  produce(*writer, ours, wrap, {"c"});
  ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == wrap + 1);
  CHECK(record_of(history, wrap) == "c");
}

TEST_CASE("records that retention has removed are gone, and the numbers stay") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 150});
    for (int i = 0; i < 8; i++) produce(*writer, ours, i, {std::to_string(i)});
  }
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  CommitState state = *read_commit(*file);
  state.log_start_offset = {4};
  REQUIRE(write_commit(*file, state));
  partition.system.remove("p/00000000000000000000.log");
  partition.system.remove("p/00000000000000000002.log");
  ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == 8);
  CHECK(record_of(history, 0) == "gone");
  CHECK(record_of(history, 3) == "gone");
  CHECK(record_of(history, 4) == "4");
  CHECK(record_of(history, 7) == "7");
}

TEST_CASE("records that compaction has removed are gone, and the numbers stay") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  produce(*writer, ours, 0, {"a"});
  BatchBuilder builder;
  builder.begin({1000});
  builder.append_at(1, {1000}, std::nullopt, "c", {});
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  patch_last_offset_delta(*batch, 3);
  patch_producer(*batch, ours, 0, 1);
  recompute_crc(*batch);
  REQUIRE(writer->append(*batch));
  produce(*writer, ours, 5, {"f"});
  ProducerHistory history = opened(partition);
  CHECK(history.next_sequence() == 6);
  CHECK(record_of(history, 1) == "gone");
  CHECK(record_of(history, 2) == "c");
  CHECK(record_of(history, 3) == "gone");
  CHECK(record_of(history, 5) == "f");
}
