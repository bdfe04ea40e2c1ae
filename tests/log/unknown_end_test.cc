#include <doctest/doctest.h>

#include <zlib.h>

#include "base/endian.h"
#include "log/chain.h"
#include "log/old_batch.h"
#include "log/recovery.h"
#include "log/verify/verify.h"
#include "support/partition.h"

// Logs of which it cannot be known where they end, and those that only look so.

using namespace estream;
using namespace estream::log;

namespace {

constexpr const char* log_path = "p/00000000000000000000.log";

void fill(TestPartition& partition, int count) {
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  for (int i = 0; i < count; i++) append(*writer, {"x"});
}

// A message as Kafka stored it before 0.11.
std::string old_message(std::int64_t offset, int magic, const std::string& value) {
  std::string body(magic == 0 ? 2 : 10, '\0');
  body[0] = static_cast<char>(magic);
  body += std::string(4, '\xff');  // No key.
  std::string length(4, '\0');
  store_be(std::as_writable_bytes(std::span(length)), 0, static_cast<std::int32_t>(value.size()));
  body += length + value;
  std::string front(16, '\0');
  const auto bytes = std::as_writable_bytes(std::span(front));
  store_be(bytes, 0, offset);
  store_be(bytes, 8, static_cast<std::int32_t>(body.size() + 4));
  const uLong crc = crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(body.data()),
                          static_cast<uInt>(body.size()));
  store_be(bytes, 12, static_cast<std::uint32_t>(crc));
  return front + body;
}

// A partition as a broker leaves it.
struct BrokerPartition : TestPartition {
  explicit BrokerPartition(const std::string& log) {
    for (const char* name : {"p/commit", "p/lock"}) system.remove(name);
    system.set_content(log_path, log);
  }

  PartitionReader reader(Layout layout) {
    auto reader = PartitionReader::open(directory(), layout, std::nullopt);
    if (!reader) FAIL(reader.error().message);
    return *std::move(reader);
  }

  std::vector<Finding> findings() {
    return verify_partition(directory(), Layout::kafka, std::nullopt, {}).findings;
  }
};

std::string batches(int count) {
  std::string log;
  for (int i = 0; i < count; i++) log += text_of(placed_batch(i, {"x"}));
  return log;
}

}  // namespace

TEST_CASE("an end that damage hides is an error with its place, and what lies before it is read") {
  const std::string whole = batches(3);
  const std::size_t size = whole.size() / 3;
  std::string damaged = whole;
  damaged[size + 16] = '\0';  // The magic of the second batch.
  for (const Layout layout : {Layout::kafka, Layout::estream}) {
    BrokerPartition partition(damaged);
    PartitionReader reader = partition.reader(layout);
    CHECK(reader.end_offset() == Offset{1});
    CHECK(!reader.knows_end());
    const auto end = reader.known_end();
    REQUIRE(!end);
    CHECK(end.error().code == Error::Code::corrupt);
    CHECK(end.error().message == std::string(log_path) + " at byte " + std::to_string(size) +
                                     ": batch header: magic 0 is not 2");
    std::vector<std::byte> bytes;
    REQUIRE(*reader.peek());
    REQUIRE(reader.read(bytes));
    const auto next = reader.peek();
    REQUIRE(!next);
    CHECK(next.error().message == end.error().message);
    // Who goes on in spite of it finds the end there, also after another look.
    reader.pass_damage();
    CHECK(!*reader.peek());
    REQUIRE(reader.refresh());
    CHECK(!*reader.peek());
    CHECK(*reader.known_end() == Offset{1});
    CHECK(*reader.offset_reaching({INT64_MAX}) == Offset{1});
  }
}

TEST_CASE("zeros at the end are nothing to readers, to verify and to the writer") {
  for (const std::size_t zeros : {1UL, 60UL, 61UL, 5000UL}) {
    for (const int count : {0, 2}) {
      BrokerPartition partition(batches(count) + std::string(zeros, '\0'));
      for (const Layout layout : {Layout::kafka, Layout::estream}) {
        CHECK(*partition.reader(layout).known_end() == Offset{count});
      }
      CHECK(std::ranges::none_of(partition.findings(), [](const Finding& finding) {
        return finding.kind == Finding::Kind::fault;
      }));
      append(*partition.writer({.sync_level = SyncLevel::batch}), {"y"});
      CHECK(partition.seen().size() == static_cast<std::size_t>(count) + 1);
      // Less than a header may be an append that was cut short.
      if (zeros > 60) CHECK(!partition.directory().open_directory(quarantine_name));
    }
  }
}

TEST_CASE("zeros with something behind them are damage to the writer, too") {
  BrokerPartition partition(batches(2) + std::string(100, '\0') + "x");
  const auto writer = partition.try_writer();
  REQUIRE(!writer);
  CHECK(writer.error().code == Error::Code::corrupt);
  CHECK(!partition.reader(Layout::kafka).known_end());
}

TEST_CASE("batches of the old formats are sound, and what follows them is found") {
  const std::string old = old_message(0, 0, "a") + old_message(1, 1, "b");
  const std::string news = text_of(placed_batch(2, {"x"}));
  BrokerPartition partition(old + news);
  PartitionReader reader = partition.reader(Layout::kafka);
  CHECK(*reader.known_end() == Offset{3});
  const auto first = reader.peek();
  REQUIRE(!first);
  CHECK(first.error().message.find("the file is sound") != std::string::npos);
  const auto findings = partition.findings();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].what.find("2 batches from here on are of message format 0 or 1") == 0);
  CHECK(findings[0].remedy == Remedy::produce_anew);
  // One bit wrong in it, and it is damage.
  std::string broken = old + news;
  broken[old.size() - 1] ^= 1;
  BrokerPartition other(broken);
  CHECK(!other.reader(Layout::kafka).known_end());
  const auto faults = other.findings();
  CHECK(std::ranges::any_of(
      faults, [](const Finding& finding) { return finding.remedy == Remedy::restore_log; }));
}

TEST_CASE("a segment that begins at the largest number is refused") {
  TestPartition partition;
  fill(partition, 1);
  partition.system.set_content("p/09223372036854775807.log", "");
  const auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(!reader);
  CHECK(reader.error().code == Error::Code::corrupt);
  const auto proof = verify_partition(partition.directory(), Layout::estream, std::nullopt, {});
  CHECK(proof.count(Finding::Kind::fault) == 1);
}

TEST_CASE("a boot that the system does not tell is another one: the next writer recovers") {
  TestPartition partition;
  partition.system.set_boot_id(std::nullopt);
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::none});
    for (int i = 0; i < 3; i++) append(*writer, {"x"});
    CHECK(partition.commit().generation == partition.commit().generation);
  }
  // The power goes: the slot is on the device, the batches are not.
  const std::string slot = partition.system.content("p/commit");
  partition.system.crash(io::MemorySystem::Loss::all_unsynced);
  partition.system.set_boot_id(std::nullopt);
  partition.system.set_content("p/commit", slot);
  CHECK(partition.seen().empty());
  const std::int64_t generation = partition.commit().generation;
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  CHECK(partition.commit().generation == generation + 1);
  append(*writer, {"y"});
  append(*writer, {"z"});
  CHECK(partition.commit().generation == generation + 1);  // Once for each writer.
  CHECK(partition.seen() == records(0, {"y", "z"}));
}

TEST_CASE("a look at a log that grows lists its directory only when a segment was added") {
  TestPartition partition;
  fill(partition, 1);
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(reader);
  const auto writer = partition.writer({.sync_level = SyncLevel::batch});
  REQUIRE(reader->refresh());
  partition.system.fail(io::MemorySystem::Call::list, 1, EIO, io::MemorySystem::forever);
  for (int i = 0; i < 3; i++) {
    append(*writer, {"x"});
    const auto grown = reader->refresh();
    if (!grown) FAIL(grown.error().message);
    CHECK(*grown);
  }
  CHECK(read_rest(*reader)->size() == 4);
}
