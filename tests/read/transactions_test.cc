#include "read/transactions.h"

#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "read/batch_feed.h"
#include "read/start_position.h"
#include "record/batch_builder.h"
#include "support/memory_system.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::read;

namespace {

// A broker's partition, written batch by batch.
class BrokerLog {
 public:
  BrokerLog() {
    REQUIRE(system.make_directory_at(system.current_directory(), "kafka", 0777) == 0);
    REQUIRE(system.make_directory_at(system.current_directory(), "kafka/t-0", 0777) == 0);
    write("kafka", "meta.properties", "version=1\n");
    write("kafka/t-0", "00000000000000000000.log", "");
  }

  void plain() { add(-1, "plain", Kind::plain); }
  void data(std::int64_t producer) { add(producer, "data", Kind::data); }
  void commit(std::int64_t producer) { add(producer, {"\0\0\0\1", 4}, Kind::control); }
  void abort(std::int64_t producer) { add(producer, {"\0\0\0\0", 4}, Kind::control); }
  void emptied_marker(std::int64_t producer) { add(producer, "", Kind::emptied); }

  PartitionSource source(Isolation isolation = Isolation::committed) {
    auto topic = topic::Topic::open(system, "kafka", "t");
    if (!topic) FAIL(topic.error().message);
    const auto shared = std::make_shared<const topic::Topic>(*std::move(topic));
    auto reader = shared->open_reader(0);
    if (!reader) FAIL(reader.error().message);
    return {{shared, 0, "t/0"}, *std::move(reader), {}, isolation};
  }

  // The base offsets that a feed hands out from now on.
  static std::vector<std::int64_t> rest(BatchFeed& feed) {
    std::vector<std::int64_t> offsets;
    BatchHeader header;
    std::vector<std::byte> bytes;
    for (;;) {
      const auto found = feed.next(header, bytes);
      if (!found) FAIL(found.error().message);
      if (!*found) return offsets;
      offsets.push_back(header.base_offset.value);
    }
  }

  std::vector<std::int64_t> seen(Isolation isolation = Isolation::committed,
                                 std::int64_t begin = 0) {
    BatchFeed feed(source(isolation), {});
    REQUIRE(feed.begin({.begin = {begin}}));
    return rest(feed);
  }

  std::int64_t resolved(text::Position::Kind kind, std::int64_t value = 0) {
    PartitionSource opened = source();
    const auto offset = resolve_position(opened, {kind, value});
    if (!offset) FAIL(offset.error().message);
    return offset->value;
  }

  io::MemorySystem system;

 private:
  enum class Kind { plain, data, control, emptied };

  void write(const std::string& directory, const std::string& name, std::string_view content) {
    const auto opened = io::Directory::open(system, directory);
    REQUIRE(opened);
    auto file = opened->open_file(name, io::OpenMode::create_or_open);
    REQUIRE(file);
    REQUIRE(file->write_at(size_of(*file), as_bytes(content)));
  }

  static std::uint64_t size_of(const io::File& file) {
    const auto size = file.size_bytes();
    REQUIRE(size);
    return *size;
  }

  void add(std::int64_t producer, std::string_view key, Kind kind) {
    BatchBuilder builder;
    builder.begin({1000});
    if (kind != Kind::emptied) builder.append({1000}, key, "v", {});
    const auto built = builder.finish(Codec::none, 0);
    REQUIRE(built);
    std::vector<std::byte> batch(built->begin(), built->end());
    auto header = parse_batch_header(batch);
    REQUIRE(header);
    header->base_offset = {next_++};
    header->is_transactional = kind != Kind::plain;
    header->is_control = kind == Kind::control || kind == Kind::emptied;
    header->producer_id = producer;
    store_batch_header(batch, *header);
    recompute_crc(batch);
    write("kafka/t-0", "00000000000000000000.log", as_text(batch));
  }

  std::int64_t next_ = 0;
};

using Offsets = std::vector<std::int64_t>;

// What a history of batches, one record each, means by Kafka's rules.
class Model {
 public:
  // One more batch, in the log as well.
  void step(std::mt19937_64& random, BrokerLog& log) {
    const auto producer = static_cast<std::int64_t>(random() % 4);
    switch (random() % 5) {
      case 0:
        log.plain();
        return batches_.push_back(Batch::visible);
      case 1:
        log.commit(producer);
        return finish(producer, Batch::visible);
      case 2:
        log.abort(producer);
        return finish(producer, Batch::hidden);
      default:
        log.data(producer);
        open_[producer].push_back(batches_.size());
        batches_.push_back(Batch::open);
    }
  }

  std::int64_t end() const { return std::ssize(batches_); }
  std::int64_t stable_end() const {
    return std::ranges::find(batches_, Batch::open) - batches_.begin();
  }
  Offsets visible() const {
    Offsets offsets;
    for (std::int64_t i = 0; i < stable_end(); i++) {
      if (batches_[static_cast<std::size_t>(i)] == Batch::visible) offsets.push_back(i);
    }
    return offsets;
  }

 private:
  enum class Batch { visible, hidden, open };

  void finish(std::int64_t producer, Batch fate) {
    for (const std::size_t batch : open_[producer]) batches_[batch] = fate;
    open_.erase(producer);
    batches_.push_back(Batch::hidden);
  }

  std::vector<Batch> batches_;
  std::map<std::int64_t, std::vector<std::size_t>> open_;
};

}  // namespace

TEST_CASE("committed transactions are read and aborted ones are not") {
  BrokerLog log;
  log.data(7);
  log.data(7);
  log.commit(7);
  log.plain();
  log.data(7);
  log.abort(7);
  log.data(7);
  log.commit(7);
  CHECK(log.seen() == Offsets{0, 1, 3, 6});
  CHECK(log.seen(Isolation::uncommitted) == Offsets{0, 1, 3, 4, 6});
}

TEST_CASE("transactions of several producers are told apart") {
  BrokerLog log;
  log.data(1);
  log.data(2);
  log.data(1);
  log.abort(2);
  log.data(2);
  log.commit(1);
  log.commit(2);
  CHECK(log.seen() == Offsets{0, 2, 4});
}

TEST_CASE("reading stops at the first transaction that is open") {
  BrokerLog log;
  log.plain();
  log.data(1);
  log.plain();
  log.data(2);
  log.commit(2);
  CHECK(log.seen() == Offsets{0});
  CHECK(log.seen(Isolation::uncommitted) == Offsets{0, 1, 2, 3});
}

TEST_CASE("a transaction that ends while the log is followed is read then") {
  BrokerLog log;
  log.plain();
  log.data(1);
  log.plain();
  BatchFeed feed(log.source(), {});
  REQUIRE(feed.begin({.begin = {0}}));
  CHECK(BrokerLog::rest(feed) == Offsets{0});
  CHECK(feed.position() == Offset{1});
  log.commit(1);
  REQUIRE(feed.refresh());
  CHECK(BrokerLog::rest(feed) == Offsets{1, 2});
  CHECK(feed.position() == Offset{4});
}

TEST_CASE("a marker that the cleaner has emptied ends nothing") {
  BrokerLog log;
  log.data(1);
  log.emptied_marker(1);
  log.data(1);
  log.abort(1);
  log.plain();
  CHECK(log.seen() == Offsets{4});
}

TEST_CASE("nothing behind an open transaction is read, wherever one begins") {
  BrokerLog log;
  log.plain();
  log.data(1);
  log.plain();
  log.data(2);
  log.commit(2);
  for (std::int64_t begin = 1; begin <= 5; begin++) {
    CAPTURE(begin);
    CHECK(log.seen(Isolation::committed, begin).empty());
  }
  CHECK(log.resolved(text::Position::Kind::latest) == 1);
  CHECK(log.resolved(text::Position::Kind::from_end, 1) == 0);
}

TEST_CASE("what was behind an open transaction is read once it has ended") {
  BrokerLog log;
  log.data(1);
  log.plain();
  BatchFeed feed(log.source(), {});
  REQUIRE(feed.begin({.begin = {1}}));
  CHECK(BrokerLog::rest(feed).empty());
  CHECK(feed.position() == Offset{1});
  log.abort(1);
  log.plain();
  REQUIRE(feed.refresh());
  CHECK(BrokerLog::rest(feed) == Offsets{1, 3});
}

TEST_CASE("random histories are read as Kafka's rules say, from every offset") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int history = 0; history < 20; history++) {
    BrokerLog log;
    Model model;
    for (int step = 0; step < 30; step++) model.step(random, log);
    const Offsets visible = model.visible();
    CHECK(log.resolved(text::Position::Kind::latest) == model.stable_end());
    for (std::int64_t begin = 0; begin <= model.end(); begin++) {
      CAPTURE(begin);
      const auto first = std::ranges::lower_bound(visible, begin);
      CHECK(log.seen(Isolation::committed, begin) == Offsets(first, visible.end()));
    }
    for (std::int64_t count = 0; count <= std::ssize(visible); count++) {
      CAPTURE(count);
      const std::int64_t from_end = log.resolved(text::Position::Kind::from_end, count);
      CHECK(std::ssize(log.seen(Isolation::committed, from_end)) == count);
      const std::int64_t from_start = log.resolved(text::Position::Kind::from_start, count);
      CHECK(std::ssize(log.seen(Isolation::committed, from_start)) == std::ssize(visible) - count);
      PartitionSource source = log.source();
      const auto tail = tail_begin(source, {}, count);
      REQUIRE(tail);
      CHECK(std::ssize(log.seen(Isolation::committed, tail->value)) >= count);
    }
  }
}

TEST_CASE("counting by batch leaves out what reading leaves out") {
  BrokerLog log;
  log.data(1);
  log.abort(1);
  log.plain();
  log.data(1);
  log.commit(1);
  BatchFeed feed(log.source(), {.counting = Counting::by_batch});
  REQUIRE(feed.begin({.begin = {0}}));
  CHECK(BrokerLog::rest(feed).empty());
  CHECK(feed.counted_records() == 2);
}
