#include "topic/kafka_root.h"

#include <doctest/doctest.h>

#include "support/memory_system.h"
#include "support/partition.h"
#include "topic/topic.h"

using namespace estream;
using namespace estream::topic;

namespace {

// A broker's directory: orders-0 and orders-2, and what else a broker leaves lying about.
struct KafkaRoot {
  io::MemorySystem system;

  KafkaRoot() {
    for (const std::string name : {"k", "k/orders-0", "k/orders-2", "k/my-topic-0",
                                   "k/orders-1.0123456789abcdef-delete", "k/orders-future"}) {
      REQUIRE(system.make_directory_at(-100, name.c_str(), 0777) == 0);
    }
    system.set_content("k/meta.properties", "version=1\n");
    system.set_content("k/orders-2/00000000000000000000.log",
                       log::text_of(log::placed_batch(0, {"a"}, 1000, 4)) +
                           log::text_of(log::placed_batch(1, {"b"}, 1000, 4)));
  }

  io::Directory root() { return *io::Directory::open(system, "k"); }
};

}  // namespace

TEST_CASE("a broker's partitions are told by the last dash") {
  const auto orders = parse_kafka_partition("orders-0");
  REQUIRE(orders);
  CHECK(orders->topic == "orders");
  CHECK(orders->partition == 0);
  const auto dashes = parse_kafka_partition("my-topic-2147483646");
  REQUIRE(dashes);
  CHECK(dashes->topic == "my-topic");
  CHECK(dashes->partition == INT32_MAX - 1);
  for (const std::string name :
       {"", "-", "-0", "orders", "orders-", "orders-x", "orders-00", "orders--1-",
        "orders-2147483647", "orders-0.ab-delete", "orders-0.ab-future", "meta.properties"}) {
    CAPTURE(name);
    CHECK(!parse_kafka_partition(name));
  }
}

TEST_CASE("a broker's topics are listed and its partitions found") {
  KafkaRoot kafka;
  CHECK(*is_kafka_root(kafka.root()));
  CHECK(*list_topics(kafka.system, "k") == std::vector<std::string>{"my-topic", "orders"});
  const auto topic = Topic::open(kafka.system, "k", "orders");
  REQUIRE(topic);
  CHECK(topic->layout() == log::Layout::kafka);
  CHECK(topic->partitions() == std::vector<std::int32_t>{0, 2});
  CHECK(topic->config().partition_count == 3);
}

TEST_CASE("a broker's topic is read from where its checkpoint says") {
  KafkaRoot kafka;
  kafka.system.set_content("k/log-start-offset-checkpoint", "0\n2\nother 2 9\norders 2 1\n");
  const auto topic = Topic::open(kafka.system, "k", "orders");
  auto reader = topic->open_reader(2);
  REQUIRE(reader);
  CHECK(*log::read_rest(*reader) == log::records(1, {"b"}));
}

TEST_CASE("a broker's directory is not written to") {
  KafkaRoot kafka;
  const auto before = kafka.system.tree();
  const auto topic = Topic::open(kafka.system, "k", "orders");
  const auto writer = topic->open_writer(0, {});
  REQUIRE(!writer);
  CHECK(writer.error().code == Error::Code::usage);
  CHECK(!Topic::create(kafka.system, "k", "new", {}));
  CHECK(kafka.system.tree() == before);
}

TEST_CASE("a malformed checkpoint of start offsets is corrupt") {
  for (const std::string text :
       {"", "0", "1\n0\n", "0\n1\n", "0\n1\norders 0\n", "0\n1\norders x 1\n", "0\n0\norders 0 1\n",
        "0\n2\norders 0 1\n", "0\nx\n", "0\n1\norders 0 1\ntrailing"}) {
    CAPTURE(text);
    KafkaRoot kafka;
    kafka.system.set_content("k/log-start-offset-checkpoint", text);
    const auto offsets = read_log_start_offsets(kafka.root(), "orders");
    REQUIRE(!offsets);
    CHECK(offsets.error().code == Error::Code::corrupt);
  }
}

TEST_CASE("no checkpoint means that every partition begins with its first segment") {
  KafkaRoot kafka;
  CHECK(read_log_start_offsets(kafka.root(), "orders")->empty());
  kafka.system.set_content("k/log-start-offset-checkpoint", "0\n0\n");
  CHECK(read_log_start_offsets(kafka.root(), "orders")->empty());
}
