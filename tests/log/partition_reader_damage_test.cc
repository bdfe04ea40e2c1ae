#include <doctest/doctest.h>

#include <array>

#include "log/partition_reader.h"
#include "support/mixed_partition.h"

using namespace estream;
using namespace estream::log;

namespace {

constexpr std::array names = {"p/00000000000000000000.log", "p/00000000000000000002.log",
                              "p/00000000000000000004.log"};

// Batches of one record each, two to a segment.
void fill(TestPartition& partition, int count) {
  const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 140});
  for (int i = 0; i < count; i++) append(*writer, {"x"});
}

// What becomes of somebody who looks at the headers alone.
Result<int> count_batches(TestPartition& partition) {
  auto reader = TRY(PartitionReader::open(partition.directory(), Layout::estream, std::nullopt));
  int count = 0;
  for (; TRY(reader.peek()); count++) reader.skip();
  return count;
}

}  // namespace

TEST_CASE("a batch that says that it ends elsewhere hides nothing from those who skip it") {
  TestPartition partition;
  fill(partition, 6);
  const auto whole = count_batches(partition);
  REQUIRE(whole);
  CHECK(*whole == 6);
  for (const char* log : names) {
    const std::string content = partition.system.content(log);
    const std::size_t last_batch = 8 * (content.size() / 2);
    // The bits of the last offset delta.
    for (std::size_t bit = std::size_t{8} * 23; bit < std::size_t{8} * 27; bit++) {
      partition.system.set_content(log, flipped(content, last_batch + bit));
      CHECK_MESSAGE(!count_batches(partition), log << " bit " << bit);
    }
    partition.system.set_content(log, content);
  }
}

TEST_CASE("a search by time passes over nothing where a segment is another one") {
  TestPartition partition;
  {
    const auto writer = partition.writer({.sync_level = SyncLevel::batch, .segment_bytes = 140});
    for (int i = 0; i < 6; i++) append(*writer, {"x"}, 1000 + i);
  }
  partition.system.set_content(names[1], partition.system.content(names[2]));
  auto reader = PartitionReader::open(partition.directory(), Layout::estream, std::nullopt);
  REQUIRE(reader);
  const auto found = reader->offset_reaching({1002});
  REQUIRE(found);
  CHECK(*found == Offset{2});
}

TEST_CASE("a stale slot from which the later segments cannot be reached is corruption") {
  TestPartition partition;
  fill(partition, 1);
  const std::string stale = partition.system.content("p/commit");
  fill(partition, 5);
  partition.system.set_content("p/commit", stale);
  CHECK(partition.seen().size() == 6);
  const std::string log = partition.log();
  for (const std::size_t size : {log.size() / 4, log.size() / 2, log.size() - 1}) {
    partition.system.set_content(names[0], log.substr(0, size));
    const auto found = read_all(partition.directory());
    REQUIRE(!found);
    CHECK(found.error().code == Error::Code::corrupt);
  }
}
