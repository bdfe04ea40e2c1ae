#include "log/batch_reader.h"

#include <doctest/doctest.h>

#include <random>

#include "support/partition.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::log;

namespace {

struct LogFile {
  io::MemorySystem system;
  io::File file;

  explicit LogFile(std::string_view content) {
    system.set_content("x.log", content);
    const auto top = io::Directory::open(system, "/");
    file = *top->open_file("x.log", io::OpenMode::read);
  }
};

std::string three_batches() {
  return text_of(placed_batch(0, {"a"})) + text_of(placed_batch(1, {"b", "c"})) +
         text_of(placed_batch(3, {"d"}));
}

constexpr std::size_t one_record_bytes = 69;  // Made by a batch of one value of one character.

// The offsets of the batches below `limit`, ended by -1 at the end and -2 at an error.
std::vector<std::int64_t> offsets_below(const io::File& file, std::uint64_t limit) {
  BatchReader reader(file, 0, limit);
  std::vector<std::int64_t> offsets;
  std::vector<std::byte> bytes;
  for (;;) {
    const auto header = reader.peek();
    if (!header || !*header) {
      offsets.push_back(header ? -1 : -2);
      return offsets;
    }
    offsets.push_back((*header)->base_offset.value);
    if (!reader.read(bytes)) {
      offsets.push_back(-2);
      return offsets;
    }
  }
}

}  // namespace

TEST_CASE("a batch that claims a gigabyte of a small file costs no memory") {
  std::string log = text_of(placed_batch(0, {"a"}));
  log.replace(8, 4, std::string("\x3F\xFF\xFF\xF4", 4));
  LogFile file(log);
  // A slot can claim as much.
  BatchReader reader(file.file, 0, std::uint64_t{1} << 40);
  REQUIRE(reader.peek());
  std::vector<std::byte> bytes;
  const auto read = reader.read(bytes);
  REQUIRE(!read);
  CHECK(read.error().code == Error::Code::corrupt);
  CHECK(read.error().message.ends_with("/x.log at byte 0: the file ends inside this batch"));
  CHECK(bytes.capacity() < 1000);
}

TEST_CASE("batches come in file order, whole and verified") {
  LogFile log(three_batches());
  BatchReader reader(log.file, 0, three_batches().size());
  std::vector<std::byte> bytes;
  std::string all;
  while (true) {
    const auto header = reader.peek();
    REQUIRE(header);
    if (!*header) break;
    REQUIRE(reader.read(bytes));
    CHECK(bytes.size() == (*header)->size_bytes());
    all += text_of(bytes);
    CHECK(reader.position() == all.size());
  }
  CHECK(all == three_batches());
}

TEST_CASE("peek shows the same batch until it is taken") {
  LogFile log(three_batches());
  BatchReader reader(log.file, 0, three_batches().size());
  CHECK((*reader.peek())->base_offset == Offset{0});
  CHECK((*reader.peek())->base_offset == Offset{0});
  CHECK(reader.position() == 0);
  reader.skip();
  CHECK((*reader.peek())->base_offset == Offset{1});
}

TEST_CASE("less than a whole batch below the limit or in the file is the end") {
  const std::string all = three_batches();
  REQUIRE(placed_batch(0, {"a"}).size() == one_record_bytes);
  LogFile log(all);
  for (std::size_t limit = 0; limit <= all.size(); limit++) {
    CAPTURE(limit);
    std::vector<std::int64_t> expected;
    if (limit >= one_record_bytes) expected.push_back(0);
    if (limit >= all.size() - one_record_bytes) expected.push_back(1);
    if (limit == all.size()) expected.push_back(3);
    expected.push_back(-1);
    REQUIRE(offsets_below(log.file, limit) == expected);
    // A batch that the header claims but the file lacks is damage only once it is read.
    LogFile cut(all.substr(0, limit));
    REQUIRE(offsets_below(cut.file, limit) == expected);
  }
}

TEST_CASE("a file that ends inside a batch that the limit covers is corrupt when it is read") {
  const std::string all = three_batches();
  LogFile cut(all.substr(0, all.size() - 1));
  CHECK(offsets_below(cut.file, all.size()) == std::vector<std::int64_t>{0, 1, 3, -2});
}

TEST_CASE("the limit can be raised as the log grows") {
  const std::string all = three_batches();
  LogFile log(all);
  BatchReader reader(log.file, 0, one_record_bytes + 10);
  REQUIRE(*reader.peek());
  reader.skip();
  CHECK(!*reader.peek());
  reader.raise_limit(all.size());
  CHECK((*reader.peek())->base_offset == Offset{1});
}

TEST_CASE("a damaged batch is named by file and position, and stays where it is") {
  std::string all = three_batches();
  all[one_record_bytes + 65] ^= 1;
  LogFile log(all);
  BatchReader reader(log.file, 0, all.size());
  std::vector<std::byte> bytes;
  REQUIRE(*reader.peek());
  REQUIRE(reader.read(bytes));
  REQUIRE(*reader.peek());
  const auto damaged = reader.read(bytes);
  REQUIRE(!damaged);
  CHECK(damaged.error().code == Error::Code::corrupt);
  CHECK(damaged.error().message.starts_with("//x.log at byte 69: "));
  CHECK(reader.position() == 69);
}

TEST_CASE("batches of every size come whole, whatever the reader reads ahead") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::string all;
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 60; i++) {
    const std::size_t most = random() % 10 == 0 ? 600'000 : 5'000;
    const auto batch = sized_batch(100 + random() % most, 1000, static_cast<char>('a' + i % 26));
    sizes.push_back(batch.size());
    all += text_of(batch);
  }
  LogFile log(all);
  log.system.limit_transfers(77'777);
  BatchReader reader(log.file, 0, all.size());
  std::vector<std::byte> bytes;
  std::size_t position = 0;
  for (const std::size_t size : sizes) {
    const auto header = reader.peek();
    REQUIRE(header);
    REQUIRE(*header);
    if (random() % 2 == 0) {
      reader.skip();
    } else {
      REQUIRE(reader.read(bytes));
      REQUIRE(text_of(bytes) == all.substr(position, size));
    }
    position += size;
  }
  CHECK(!*reader.peek());
}

TEST_CASE("an error of the system is no corruption") {
  LogFile log(three_batches());
  BatchReader reader(log.file, 0, three_batches().size());
  log.system.fail(io::MemorySystem::Call::read, 1, EIO);
  const auto header = reader.peek();
  REQUIRE(!header);
  CHECK(header.error().code == Error::Code::io);
}
