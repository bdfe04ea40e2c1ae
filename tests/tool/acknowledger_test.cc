#include "tool/produce/acknowledger.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/partition.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::write;

TEST_CASE("what is settled while a sync runs is acknowledged by the next one") {
  io::MemorySystem system;
  ProduceOptions options;
  options.target.topic = {"log", "t", ""};
  ChunkPool pool(2);
  const auto writers = PartitionWriters::open(system, options.target);
  REQUIRE(writers);
  Acknowledger acknowledger(system, options, **writers, pool);
  const auto append = [&] {
    const auto writer = (*writers)->writer(0);
    REQUIRE(writer);
    std::vector<std::byte> batch = log::batch_of({"a"});
    REQUIRE((*writer)->append(batch));
  };
  const auto settle = [&] {
    SettledChunk settled;
    settled.chunk = pool.take();
    settled.chunk->event_count = 1;
    REQUIRE(acknowledger.settle(std::move(settled)));
  };
  append();                                // It makes the topic, with syncs of its own.
  std::vector<std::int64_t> acknowledged;  // When a sync ends.
  system.observe([&](const io::MemorySystem::Step& step) {
    if (step.kind != io::MemorySystem::Step::Kind::sync) return;
    acknowledged.push_back(acknowledger.acknowledged_events());
    if (acknowledged.size() > 1) return;
    append();
    settle();
  });
  REQUIRE(acknowledger.start());
  settle();
  REQUIRE(acknowledger.finish());
  CHECK(acknowledged == std::vector<std::int64_t>{0, 1});
  CHECK(acknowledger.acknowledged_events() == 2);
}
