#include "log/index_writer.h"

#include <doctest/doctest.h>

#include <random>

#include "support/hex.h"
#include "support/partition.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::log;

namespace {

// A segment of batches of one record each, and an index writer beside it.
struct GrowingSegment {
  io::MemorySystem system;
  io::Directory directory = *io::Directory::open(system, "/");
  io::File log = *directory.open_file("00000000000000000100.log", io::OpenMode::create_or_open);
  std::uint64_t end = 0;
  std::int64_t next_offset = 100;

  IndexWriter indexes() {
    auto writer = IndexWriter::open(directory, {100});
    REQUIRE(writer);
    return *std::move(writer);
  }

  BatchHeader append(std::size_t size_bytes, std::int64_t timestamp_ms) {
    std::vector<std::byte> batch = sized_batch(size_bytes, timestamp_ms);
    patch_base_offset(batch, {next_offset++});
    REQUIRE(log.write_at(end, batch));
    end += batch.size();
    return *parse_batch_header(batch);
  }

  void append_indexed(IndexWriter& writer, std::size_t size_bytes, std::int64_t timestamp_ms) {
    const std::uint64_t position = end;
    REQUIRE(writer.add(append(size_bytes, timestamp_ms), position));
  }

  std::string hex(const char* suffix) {
    return to_hex(as_bytes(system.content(std::string("00000000000000000100.") + suffix)));
  }
  std::pair<std::string, std::string> both() { return {hex("index"), hex("timeindex")}; }
};

}  // namespace

TEST_CASE("an entry comes when more than 4096 bytes lie before it, and never at position 0") {
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  segment.append_indexed(indexes, 4096, 1000);  // At 0.
  segment.append_indexed(indexes, 5000, 2000);  // At 4096: not more than 4096.
  CHECK(segment.hex("index") == "");
  CHECK(segment.hex("timeindex") == "");
  segment.append_indexed(indexes, 100, 3000);  // At 9096, relative offset 2.
  CHECK(segment.hex("index") == "0000000200002388");
  CHECK(segment.hex("timeindex") == "0000000000000bb800000002");
}

TEST_CASE("the distance counts from the last entry") {
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  segment.append_indexed(indexes, 4097, 1000);
  segment.append_indexed(indexes, 4096, 1000);  // At 4097: an entry.
  segment.append_indexed(indexes, 100, 1000);   // At 8193: 4096 after it.
  CHECK(segment.hex("index").size() == 16);
}

TEST_CASE("the time index grows only with the timestamp and names the first batch that has it") {
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  segment.append_indexed(indexes, 5000, 9000);
  segment.append_indexed(indexes, 5000, 9000);  // Entries: 9000 is of relative offset 0.
  segment.append_indexed(indexes, 5000, 8000);
  segment.append_indexed(indexes, 5000, 9000);
  CHECK(segment.hex("index").size() == 3 * 16);
  CHECK(segment.hex("timeindex") == "000000000000232800000000");
}

TEST_CASE("sealing adds the last timestamp, once") {
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  segment.append_indexed(indexes, 100, 1000);
  segment.append_indexed(indexes, 100, 3000);
  segment.append_indexed(indexes, 100, 2000);
  REQUIRE(indexes.seal());
  CHECK(segment.hex("index") == "");
  CHECK(segment.hex("timeindex") == "0000000000000bb800000001");
  REQUIRE(indexes.seal());
  CHECK(segment.hex("timeindex") == "0000000000000bb800000001");
}

TEST_CASE("a sealed index is on the device") {
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  for (int i = 0; i < 5; i++) segment.append_indexed(indexes, 5000, 1000 + i);
  REQUIRE(indexes.seal());
  REQUIRE(segment.directory.sync());
  const auto before = segment.both();
  segment.system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(segment.both() == before);
}

TEST_CASE("however the work is divided, the indexes are the same") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20; round++) {
    GrowingSegment segment;
    IndexWriter steady = segment.indexes();
    const int count = static_cast<int>(random() % 60);
    for (int i = 0; i < count; i++) {
      const auto timestamp = static_cast<std::int64_t>(random() % 1000);
      segment.append_indexed(steady, 100 + random() % 3000, timestamp);
      if (random() % 8 == 0) {
        // Another process goes on, and this one after it.
        IndexWriter other = segment.indexes();
        REQUIRE(other.reload(segment.log, segment.end));
        segment.append_indexed(other, 100 + random() % 3000, timestamp + 5);
        REQUIRE(steady.reload(segment.log, segment.end));
      }
    }
    const auto incremental = segment.both();
    IndexWriter rebuilt = segment.indexes();
    REQUIRE(rebuilt.rebuild(segment.log, segment.end));
    CHECK(segment.both() == incremental);
    REQUIRE(rebuilt.seal());
    const auto sealed = segment.both();
    REQUIRE(steady.seal());
    CHECK(segment.both() == sealed);
  }
}

TEST_CASE("a damaged index does not keep a writer from going on, and is made anew") {
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  for (int i = 0; i < 6; i++) segment.append_indexed(indexes, 5000, 1000 + i);
  const auto good = segment.both();
  const std::string index = segment.system.content("00000000000000000100.index");
  for (std::size_t bit = 0; bit < index.size() * 8; bit++) {
    CAPTURE(bit);
    std::string bad = index;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    segment.system.set_content("00000000000000000100.index", bad);
    IndexWriter other = segment.indexes();
    const auto reloaded = other.reload(segment.log, segment.end);
    if (!reloaded) FAIL(reloaded.error().message);
  }
  IndexWriter rebuilt = segment.indexes();
  REQUIRE(rebuilt.rebuild(segment.log, segment.end));
  CHECK(segment.both() == good);
}

TEST_CASE("an index that was removed, or has lost its last entries, is made anew") {
  for (const char* name : {"00000000000000000100.index", "00000000000000000100.timeindex"}) {
    GrowingSegment segment;
    IndexWriter indexes = segment.indexes();
    for (int i = 0; i < 6; i++) segment.append_indexed(indexes, 5000, 1000 + i);
    const auto good = segment.both();
    segment.system.remove(name);
    IndexWriter other = segment.indexes();
    REQUIRE(other.reload(segment.log, segment.end));
    CHECK(segment.both() == good);
  }
  GrowingSegment segment;
  IndexWriter indexes = segment.indexes();
  for (int i = 0; i < 6; i++) segment.append_indexed(indexes, 5000, 1000 + i);
  const auto good = segment.both();
  const std::string index = segment.system.content("00000000000000000100.index");
  segment.system.set_content("00000000000000000100.index", index.substr(0, index.size() - 8));
  IndexWriter other = segment.indexes();
  REQUIRE(other.reload(segment.log, segment.end));
  CHECK(segment.both() == good);
}

TEST_CASE("half an entry that a dead writer left is taken away by the next one") {
  for (const char* name : {"00000000000000000100.index", "00000000000000000100.timeindex"}) {
    GrowingSegment segment;
    IndexWriter indexes = segment.indexes();
    for (int i = 0; i < 6; i++) segment.append_indexed(indexes, 5000, 1000 + i);
    const auto good = segment.both();
    const std::string index = segment.system.content(name);
    segment.system.set_content(name, index + index.substr(0, 5));
    IndexWriter other = segment.indexes();
    REQUIRE(other.reload(segment.log, segment.end));
    CHECK(segment.both() == good);
  }
}
