#include "topic/topic.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "support/partition.h"
#include "topic/hidden_topic.h"

using namespace estream;
using namespace estream::topic;
using io::MemorySystem;

namespace {

TopicConfig with_partitions(std::int32_t count) {
  TopicConfig config;
  config.partition_count = count;
  return config;
}

void append(const Topic& topic, std::int32_t partition, const std::string& value) {
  auto writer = topic.open_writer(partition, {.sync_level = log::SyncLevel::batch});
  if (!writer) FAIL(writer.error().message);
  log::append(**writer, {value});
}

std::vector<log::StoredRecord> seen(const Topic& topic, std::int32_t partition) {
  auto reader = topic.open_reader(partition);
  REQUIRE(reader);
  const auto records = log::read_rest(*reader);
  REQUIRE(records);
  return *records;
}

// The topic is not there, or it is there with everything.
void check_whole_or_absent(MemorySystem& system, bool has_to_exist) {
  const auto topics = list_topics(system, "data/root");
  // The root may not be there yet either.
  REQUIRE((topics || topics.error().code == Error::Code::not_found));
  if (!topics || topics->empty()) {
    REQUIRE(!has_to_exist);
    REQUIRE(Topic::create(system, "data/root", "orders", with_partitions(2)));
  }
  const auto topic = Topic::open(system, "data/root", "orders");
  REQUIRE(topic);
  for (const std::int32_t partition : topic->partitions()) {
    append(*topic, partition, "a");
    REQUIRE(seen(*topic, partition).size() == 1);
  }
}

}  // namespace

TEST_CASE("a topic is made with its partitions and settings, and the root with it") {
  MemorySystem system;
  TopicConfig config = with_partitions(3);
  config.retention_ms = 5;
  const auto made = Topic::create(system, "data/root", "orders", config);
  REQUIRE(made);
  CHECK(made->name() == "orders");
  CHECK(made->layout() == log::Layout::estream);
  CHECK(made->partitions() == std::vector<std::int32_t>{0, 1, 2});
  append(*made, 2, "a");
  const auto topic = Topic::open(system, "data/root", "orders");
  REQUIRE(topic);
  CHECK(topic->config().retention_ms == 5);
  CHECK(seen(*topic, 2) == log::records(0, {"a"}));
  CHECK(seen(*topic, 0).empty());
  CHECK(*list_topics(system, "data/root") == std::vector<std::string>{"orders"});
}

TEST_CASE("a topic that is there is not made again and keeps its records") {
  MemorySystem system;
  const auto topic = Topic::create(system, "root", "orders", with_partitions(1));
  append(*topic, 0, "a");
  const auto before = system.tree();
  const auto again = Topic::create(system, "root", "orders", with_partitions(1));
  REQUIRE(!again);
  CHECK(again.error().code == Error::Code::exists);
  CHECK(system.tree() == before);
}

TEST_CASE("of two that make one topic at once the slower one finds it") {
  // Another process makes the topic just before this one's rename.
  struct RacingSystem : MemorySystem {
    bool is_racing = true;
    int rename_at(int directory, const char* from, const char* to) override {
      if (is_racing && std::string(to) == "orders") {
        is_racing = false;
        REQUIRE(Topic::create(*this, "root", "orders", with_partitions(5)));
      }
      return MemorySystem::rename_at(directory, from, to);
    }
  } system;
  const auto slower = Topic::create(system, "root", "orders", with_partitions(2));
  REQUIRE(!slower);
  CHECK(slower.error().code == Error::Code::exists);
  CHECK(Topic::open(system, "root", "orders")->partitions().size() == 5);
  CHECK(*io::Directory::open(system, "root")->list() == std::vector<std::string>{"orders"});
}

TEST_CASE("a new topic is on the device, and so is a new root") {
  MemorySystem system;
  {
    const auto topic = Topic::create(system, "data/root", "orders", with_partitions(2));
    append(*topic, 0, "a");
  }
  system.crash(MemorySystem::Loss::all_unsynced);
  const auto topic = Topic::open(system, "data/root", "orders");
  REQUIRE(topic);
  CHECK(seen(*topic, 0) == log::records(0, {"a"}));
}

TEST_CASE("wherever the creation dies, the topic is whole or absent") {
  using Loss = MemorySystem::Loss;
  int states = 0;
  for (const Loss loss : {Loss::all_unsynced, Loss::nothing, Loss::random, Loss::random}) {
    bool is_over = false;
    for (std::int64_t nth = 1; !is_over; nth++) {
      CAPTURE(nth);
      MemorySystem system;
      system.die_at(nth, MemorySystem::Death::within_write);
      const bool is_made =
          Topic::create(system, "data/root", "orders", with_partitions(2)).has_value();
      is_over = !system.is_dead();
      system.crash(loss, static_cast<std::uint64_t>(++states));
      check_whole_or_absent(system, is_made);
    }
  }
  MESSAGE("states: " << states);
}

TEST_CASE("whatever call fails, the topic is whole or absent and nothing is left behind") {
  using Call = MemorySystem::Call;
  for (const Call call : {Call::open, Call::write, Call::sync, Call::close, Call::status,
                          Call::rename, Call::make_directory, Call::list, Call::read}) {
    for (std::int64_t nth = 1;; nth++) {
      CAPTURE(static_cast<int>(call));
      CAPTURE(nth);
      MemorySystem system;
      system.fail(call, nth, EIO);
      const bool is_made =
          Topic::create(system, "data/root", "orders", with_partitions(2)).has_value();
      const bool is_over = system.fired_faults() == 0;
      system.clear_faults();
      REQUIRE(system.open_descriptors() == 0);
      for (const auto& [path, content] : system.tree()) {
        REQUIRE(path.find(".creating") == std::string::npos);
      }
      check_whole_or_absent(system, is_made);
      if (is_over) break;
    }
  }
}

TEST_CASE("what a creation that died has left goes with the next one, but nothing of the living") {
  for (std::int64_t nth = 1;; nth++) {
    CAPTURE(nth);
    MemorySystem system;
    REQUIRE(Topic::create(system, "root", "first", {}));
    system.die_at(nth, MemorySystem::Death::within_write);
    const bool is_made = Topic::create(system, "root", "orders", with_partitions(2)).has_value();
    system.kill();
    {
      // Somebody else is in the middle of making another one.
      const auto root = io::Directory::open(system, "root");
      const auto alive = HiddenTopic::make(*root, "alive");
      REQUIRE(alive);
      REQUIRE(alive->directory().make_directory("0"));
      REQUIRE(Topic::create(system, "root", "last", {}));
      REQUIRE(alive->directory().open_directory("0"));
    }
    std::vector<std::string> names = *io::Directory::open(system, "root")->list();
    std::erase(names, "orders");
    REQUIRE(names == std::vector<std::string>{"first", "last"});
    if (is_made) break;
  }
}

TEST_CASE("a hidden topic whose lock is taken by a collector gets another name") {
  struct Collecting : MemorySystem {
    int thefts = 2;
    int try_lock(int fd, std::uint64_t byte) override {
      if (thefts-- <= 0) return MemorySystem::try_lock(fd, byte);
      remove_dead_topics(*io::Directory::open(*this, "root"));
      return MemorySystem::try_lock(fd, byte);
    }
  } system;
  REQUIRE(system.make_directory_at(system.current_directory(), "root", 0777) == 0);
  const auto root = io::Directory::open(system, "root");
  {
    const auto hidden = HiddenTopic::make(*root, "orders");
    REQUIRE(hidden);
    remove_dead_topics(*root);
    CHECK(root->list()->size() == 2);
  }
  CHECK(root->list()->empty());
}

TEST_CASE("an event in a new topic is as safe as its topic, whoever made that and failed") {
  MemorySystem system;
  REQUIRE(Topic::create(system, "root", "other", {}));
  // The last sync of a creation is that of the root.
  for (std::int64_t nth = 1;; nth++) {
    system.fail(MemorySystem::Call::sync, nth, EIO, 1, "root");
    const bool is_made = Topic::create(system, "root", "orders", {}).has_value();
    system.clear_faults();
    if (Topic::open(system, "root", "orders").has_value()) {
      REQUIRE(!is_made);
      break;
    }
  }
  append(*Topic::open(system, "root", "orders"), 0, "a");
  system.crash(MemorySystem::Loss::all_unsynced);
  const auto topic = Topic::open(system, "root", "orders");
  REQUIRE(topic);
  CHECK(seen(*topic, 0) == log::records(0, {"a"}));
}

TEST_CASE("a list of topics that cannot be made whole is an error") {
  MemorySystem system;
  for (const char* name : {"a", "b"}) REQUIRE(Topic::create(system, "root", name, {}));
  REQUIRE(io::Directory::open(system, "root")->make_directory("no-topic"));
  for (const auto call :
       {MemorySystem::Call::open, MemorySystem::Call::status, MemorySystem::Call::list}) {
    for (std::int64_t nth = 1;; nth++) {
      const std::int64_t before = system.fired_faults();
      system.fail(call, nth, EMFILE);
      const auto topics = list_topics(system, "root");
      system.clear_faults();
      if (system.fired_faults() == before) {
        CHECK(*topics == std::vector<std::string>{"a", "b"});
        break;
      }
      CHECK(!topics);
    }
  }
}

TEST_CASE("names that are refused make nothing") {
  for (const std::string& name :
       {std::string(), std::string(".."), std::string("."), std::string(".groups"),
        std::string("a/b"), std::string(250, 'x')}) {
    MemorySystem system;
    const auto made = Topic::create(system, "root", name, {});
    REQUIRE(!made);
    CHECK(made.error().code == Error::Code::usage);
    CHECK(system.tree().empty());
  }
}

TEST_CASE("a name never leads out of the root") {
  MemorySystem system;
  REQUIRE(Topic::create(system, "root", "orders", {}));
  REQUIRE(!Topic::create(system, "root/orders", "inner", {}));
  CHECK(!Topic::open(system, "root/orders", ".."));
  CHECK(!Topic::open(system, "root", "orders/inner"));
  CHECK(!Topic::open(system, "root/orders", "."));
}

TEST_CASE("what is not a topic is not found, and says why") {
  MemorySystem system;
  const auto no_root = Topic::open(system, "root", "orders");
  REQUIRE(!no_root);
  CHECK(no_root.error().code == Error::Code::not_found);
  CHECK(no_root.error().message == "topic 'orders' does not exist in root");
  REQUIRE(!list_topics(system, "root"));
  CHECK(list_topics(system, "root").error().code == Error::Code::not_found);
  REQUIRE(Topic::create(system, "root", "orders", {}));
  CHECK(Topic::open(system, "root", "other").error().code == Error::Code::not_found);
  system.remove("root/orders/topic.json");
  const auto no_config = Topic::open(system, "root", "orders");
  REQUIRE(!no_config);
  CHECK(no_config.error().code == Error::Code::corrupt);
  CHECK(no_config.error().message.starts_with("root/orders/topic.json: is missing"));
  CHECK(*list_topics(system, "root") == std::vector<std::string>{"orders"});
  REQUIRE(io::Directory::open(system, "root")->make_directory("foreign"));
  const auto foreign = Topic::open(system, "root", "foreign");
  REQUIRE(!foreign);
  CHECK(foreign.error().code == Error::Code::usage);
  CHECK(foreign.error().message == "root/foreign: is not a topic: it has no topic.json");
  CHECK(list_topics(system, "root")->size() == 1);
}

TEST_CASE("malformed settings are corrupt and named") {
  MemorySystem system;
  REQUIRE(Topic::create(system, "root", "orders", {}));
  system.set_content("root/orders/topic.json", "{");
  const auto topic = Topic::open(system, "root", "orders");
  REQUIRE(!topic);
  CHECK(topic.error().code == Error::Code::corrupt);
  CHECK(topic.error().message == "root/orders/topic.json: is not a JSON object");
}

TEST_CASE("segments have the size that the topic's settings say") {
  MemorySystem system;
  TopicConfig config;
  config.segment_bytes = 1024;
  const auto topic = Topic::create(system, "root", "orders", config);
  for (int i = 0; i < 3; i++) append(*topic, 0, std::string(700, 'x'));
  CHECK(log::list_segments(*io::Directory::open(system, "root/orders/0"))->size() == 3);
}
