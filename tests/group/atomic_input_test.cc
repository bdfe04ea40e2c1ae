#include "group/atomic_input.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "group/sink_topic.h"
#include "support/partition.h"
#include "support/seed.h"
#include "write/partition_writers.h"

namespace estream::group {

namespace {

using Death = io::MemorySystem::Death;
using Loss = io::MemorySystem::Loss;

constexpr int pieces = 3;

const write::WriteTarget& target() {
  static const write::WriteTarget log_t = {
      .topic = {"log", "t", ""}, .partitions = 2, .lock_timeout_ns = 0};
  return log_t;
}

// Somebody who has the topic open for writing.
struct Opener {
  std::unique_ptr<write::PartitionWriters> writers;

  static Result<Opener> open(io::System& system) {
    Opener opener = {TRY(write::PartitionWriters::open(system, target()))};
    TRY(opener.writers->writer(0));
    return opener;
  }
  WriterOf writer_of() const { return writers->writer_of(); }
};

// One run of --atomic: two batches for partition 0 and one for partition 1 in each piece.
Result<std::vector<Offset>> store_input(const Opener& opener, const std::string& stamp) {
  const topic::Topic& topic = opener.writers->topic();
  Sink sink = TRY(fresh_sink(Sink::Role::into, topic, opener.writer_of()));
  AtomicInput input =
      TRY(AtomicInput::begin(topic, std::move(sink), random_producer_id(topic.system()), "test"));
  for (int piece = 0; piece < pieces; piece++) {
    std::string batches;
    const std::string value = stamp + std::to_string(piece);
    add_pending(batches, 0, 0, log::batch_of({value + "a", value + "b"}));
    add_pending(batches, 0, 1, log::batch_of({value + "c"}));
    add_pending(batches, 0, 0, log::batch_of({value + "d"}));
    TRY(input.add(std::move(batches)));
  }
  return input.store(opener.writer_of());
}

std::vector<std::string> input_of(const std::string& stamp, int partition) {
  std::vector<std::string> values;
  for (int piece = 0; piece < pieces; piece++) {
    const std::string value = stamp + std::to_string(piece);
    for (const char* const part : {"a", "b", "c", "d"}) {
      if ((*part == 'c') == (partition == 1)) values.push_back(value + part);
    }
  }
  return values;
}

// What a partition has of one input.
std::vector<std::string> stored(io::MemorySystem& system, const std::string& stamp, int partition) {
  const auto directory = io::Directory::open(system, "log/t/" + std::to_string(partition));
  REQUIRE(directory);
  const auto found = log::read_all(*directory, log::Layout::estream, log::Extent::written);
  if (!found) FAIL(found.error().message);
  std::vector<std::string> values;
  for (const log::StoredRecord& record : *found) {
    if (record.value.starts_with(stamp)) values.push_back(record.value);
  }
  return values;
}

bool is_stored(io::MemorySystem& system, const std::string& stamp) {
  const bool is_there = !stored(system, stamp, 0).empty();
  for (const int partition : {0, 1}) {
    const auto wanted = is_there ? input_of(stamp, partition) : std::vector<std::string>();
    CHECK(stored(system, stamp, partition) == wanted);
  }
  return is_there;
}

// A topic in which somebody has written before.
void make_topic(io::MemorySystem& system) {
  const auto opener = Opener::open(system);
  REQUIRE(opener);
  log::append(**opener->writers->writer(0), {"foreign"});
  REQUIRE(opener->writers->sync_all());
  system.crash(Loss::nothing);
}

std::vector<std::string> left_files(io::MemorySystem& system) {
  const auto producers = io::Directory::open(system, "log/t/.producers");
  return producers ? *producers->list() : std::vector<std::string>();
}

}  // namespace

TEST_CASE("an input is stored at its end, in order, and leaves no file") {
  io::MemorySystem system;
  make_topic(system);
  const auto opener = Opener::open(system);
  const auto offsets = store_input(*opener, "x");
  REQUIRE(offsets);
  CHECK(*offsets == std::vector<Offset>{{1}, {0}, {3}, {4}, {1}, {6}, {7}, {2}, {9}});
  CHECK(is_stored(system, "x"));
  CHECK(left_files(system).empty());
  REQUIRE(store_input(*opener, "y"));
  CHECK(is_stored(system, "y"));
}

TEST_CASE("an input that is given up is not stored") {
  io::MemorySystem system;
  make_topic(system);
  const auto opener = Opener::open(system);
  const topic::Topic& topic = opener->writers->topic();
  Sink sink = *fresh_sink(Sink::Role::into, topic, opener->writer_of());
  auto input = AtomicInput::begin(topic, std::move(sink), 7, "test");
  REQUIRE(input);
  std::string batches;
  add_pending(batches, 0, 0, log::batch_of({"x0a"}));
  REQUIRE(input->add(std::move(batches)));
  // Who opens the topic meanwhile leaves it alone.
  REQUIRE(Opener::open(system));
  CHECK(left_files(system).size() == 2);
  CHECK(*count_atomic_inputs(topic) == 0);
  REQUIRE(input->drop());
  CHECK(left_files(system).empty());
  CHECK(!is_stored(system, "x"));
}

TEST_CASE("wherever a run dies, and the next one after it, all is stored or nothing") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  int stored_worlds = 0;
  int empty_worlds = 0;
  for (const Death death : {Death::before_change, Death::within_write}) {
    for (const std::optional<Loss> loss :
         {std::optional<Loss>(), std::optional(Loss::all_unsynced), std::optional(Loss::random)}) {
      bool has_died = true;
      for (std::int64_t nth = 1; has_died; nth++) {
        CAPTURE(nth);
        io::MemorySystem system;
        make_topic(system);
        const auto leave = [&] {
          if (loss) return system.crash(*loss, random());
          system.kill();
        };
        system.die_at(nth, death);
        bool is_acknowledged = false;
        if (const auto opener = Opener::open(system)) {
          is_acknowledged = store_input(*opener, "x").has_value();
        }
        has_died = system.is_dead();
        leave();
        // The next one dies while it brings things in order, and others write.
        system.die_at(static_cast<std::int64_t>(1 + random() % 40), death);
        if (const auto opener = Opener::open(system)) (void)store_input(*opener, "y");
        leave();
        const auto last = Opener::open(system);
        if (!last) FAIL(last.error().message);
        CHECK(*count_atomic_inputs(last->writers->topic()) == 0);
        CHECK(left_files(system).empty());
        const bool is_there = is_stored(system, "x");
        is_stored(system, "y");
        if (is_acknowledged) CHECK(is_there);
        (is_there ? stored_worlds : empty_worlds)++;
      }
    }
  }
  CHECK(stored_worlds > 50);
  CHECK(empty_worlds > 50);
}

TEST_CASE("an input that is decided is stored by the next writer, and it says so") {
  io::MemorySystem system;
  make_topic(system);
  // Dies at the first append.
  for (std::int64_t nth = 1;; nth++) {
    system.die_at(nth, Death::before_change);
    if (const auto opener = Opener::open(system)) (void)store_input(*opener, "x");
    REQUIRE(system.is_dead());
    system.kill();
    const auto topic = topic::Topic::open(system, "log", "t");
    REQUIRE(topic);
    if (*count_atomic_inputs(*topic) == 0) continue;
    CHECK(stored(system, "x", 0).empty());
    const auto writers = write::PartitionWriters::open(system, target());
    const auto notices = settle_atomic_inputs(
        *topic, [&](const Sink&, std::int32_t partition) { return (*writers)->writer(partition); });
    REQUIRE(notices);
    break;
  }
  CHECK(is_stored(system, "x"));
}

TEST_CASE("an input that came with a copy into another topic is refused") {
  io::MemorySystem system;
  make_topic(system);
  {
    const auto opener = Opener::open(system);
    const topic::Topic& topic = opener->writers->topic();
    Sink sink = *fresh_sink(Sink::Role::into, topic, opener->writer_of());
    sink.topic_id = topic::TopicId::make(system);
    auto input = AtomicInput::begin(topic, std::move(sink), 7, "test");
    std::string batches;
    add_pending(batches, 0, 0, log::batch_of({"x0a"}));
    REQUIRE(input->add(std::move(batches)));
    system.fail(io::MemorySystem::Call::write, 1, EIO, 1, ".log");
    CHECK(!input->store(opener->writer_of()));
    CHECK(input->is_decided());
  }
  system.kill();
  const auto refused = Opener::open(system);
  REQUIRE(!refused);
  CHECK(refused.error().message.find("has events for another topic") != std::string::npos);
}

}  // namespace estream::group
