#include "log/key_history.h"

#include <doctest/doctest.h>

#include "support/compaction.h"
#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr std::int64_t ours = 42;

// Appends a batch with a record for each key.
void put(PartitionWriter& writer, const std::vector<std::string>& keys,
         std::int64_t producer = -1) {
  BatchBuilder builder;
  builder.begin();
  for (const std::string& key : keys) builder.append({1000}, key, "value", {});
  const auto batch = builder.finish(Codec::none, 0);
  REQUIRE(batch);
  if (producer >= 0) {
    patch_producer(*batch, producer, 0, 0);
    recompute_crc(*batch);
  }
  REQUIRE(writer.append(*batch));
}

KeyHistory opened(TestPartition& partition, KeyQuestion question) {
  auto history = KeyHistory::open(partition.directory(), std::move(question));
  if (!history) FAIL(history.error().message);
  return *std::move(history);
}

std::string refusal(TestPartition& partition, KeyQuestion question) {
  const auto history = KeyHistory::open(partition.directory(), std::move(question));
  if (history) return "";
  CHECK(history.error().code == Error::Code::corrupt);
  return history.error().message;
}

}  // namespace

TEST_CASE("the last record of a key is found, and only behind the offset") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  put(*writer, {"a", "b", "a"});
  put(*writer, {"b", "b"});
  put(*writer, {"c", "b"});
  CHECK(opened(partition, {.key = "a"}).last_offset() == Offset{2});
  CHECK(opened(partition, {.key = "b"}).last_offset() == Offset{6});
  CHECK(!opened(partition, {.key = "d"}).last_offset());
  // In the middle of a batch, and at its last record.
  CHECK(opened(partition, {"a", Offset{1}}).last_offset() == Offset{2});
  CHECK(!opened(partition, {"a", Offset{2}}).last_offset());
  CHECK(opened(partition, {"c", Offset{4}}).last_offset() == Offset{5});
  CHECK(!opened(partition, {"c", Offset{5}}).last_offset());
  CHECK(!opened(partition, {"b", Offset{6}}).last_offset());
  CHECK(opened(partition, {"b", Offset{6}}).end_offset() == Offset{7});
}

TEST_CASE("a key history sees what is not published, and what came since") {
  TestPartition partition;
  const auto writer = partition.writer();
  KeyHistory history = opened(partition, {.key = "a"});
  CHECK(!history.last_offset());
  put(*writer, {"a"});
  put(*writer, {"b"});
  REQUIRE(history.refresh());
  CHECK(history.last_offset() == Offset{0});
  CHECK(history.end_offset() == Offset{2});
}

TEST_CASE("the first batch of the producer behind the offset is kept") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  put(*writer, {"a"}, ours);
  put(*writer, {"a", "a"}, ours + 1);
  put(*writer, {"a", "a", "a"}, ours);
  put(*writer, {"a"}, ours);
  CHECK(!opened(partition, {"a", Offset{0}}).producer_batch());
  const KeyHistory history = opened(partition, {"a", Offset{0}, ours});
  REQUIRE(history.producer_batch());
  CHECK(history.producer_batch()->header.base_offset == Offset{3});
  CHECK(history.producer_batch()->header.record_count == 3);
  CHECK(history.producer_batch()->bytes.size() == history.producer_batch()->header.size_bytes());
  CHECK(!opened(partition, {"a", Offset{6}, ours}).producer_batch());
}

TEST_CASE("a log that ends before the offset is refused") {
  TestPartition partition;
  CHECK(refusal(partition, {"a", Offset{0}}).find("ends at offset 0") != std::string::npos);
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  put(*writer, {"a", "a"});
  CHECK(refusal(partition, {"a", Offset{1}}) == "");
  CHECK(refusal(partition, {"a", Offset{2}}).find("ends at offset 2, so that it has no offset 2") !=
        std::string::npos);
}

TEST_CASE("a log whose retention has passed the offset is refused") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 100});
  for (int i = 0; i < 4; i++) put(*writer, {"a"});
  KeyHistory early = opened(partition, {"a", Offset{3}});
  REQUIRE(run_retention(partition.directory(), 2));
  CHECK(refusal(partition, {"a", Offset{1}}) == "");
  CHECK(refusal(partition, {"a", Offset{0}}).find("begins at offset 2") != std::string::npos);
  CHECK(opened(partition, {.key = "a"}).last_offset() == Offset{3});
  // What was read before it was deleted does not matter.
  CHECK(early.refresh());
}

TEST_CASE("a retention that is faster than the reader is noticed") {
  TestPartition partition;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 100});
  put(*writer, {"b"});
  KeyHistory history = opened(partition, {"a", Offset{0}});
  KeyHistory of_all = opened(partition, {.key = "a"});
  for (int i = 0; i < 4; i++) put(*writer, {"a"});
  REQUIRE(run_retention(partition.directory(), 3));
  const auto outcome = history.refresh();
  REQUIRE(!outcome);
  CHECK(outcome.error().message.find("nobody can tell") != std::string::npos);
  CHECK(of_all.refresh());
  CHECK(of_all.last_offset() == Offset{4});
}
