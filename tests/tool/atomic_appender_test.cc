#include "tool/produce/atomic_appender.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "json/path.h"
#include "support/chunks.h"
#include "support/numbered_events.h"

using namespace estream;
using namespace estream::tool;

namespace {

ProduceOptions options_of(std::optional<std::string> producer = {}) {
  ProduceOptions options;
  options.target.topic = {"log", "t", ""};
  options.target.partitions = 3;
  options.target.sync_level = log::SyncLevel::batch;
  options.target.lock_timeout_ns = 0;
  options.is_atomic = true;
  options.producer = std::move(producer);
  options.build.key_path = *json::parse_path(".k");
  options.build.keeps_events = true;
  options.build.partition_count = 3;
  options.build.batch_bytes = 100;  // Several batches of a partition in a piece.
  return options;
}

struct Outcome {
  std::string error;  // Empty when all went well.
  AppendTotals totals;
  std::int64_t acknowledged = 0;
};

// One run, whose input comes in pieces; `is_whole`: to its end.
Outcome run(io::System& system, const ProduceOptions& options,
            const std::vector<std::string>& inputs, bool is_whole = true) {
  ChunkPool pool(inputs.size() + 2);
  auto writers = write::PartitionWriters::open(system, options.target);
  REQUIRE(writers);
  Acknowledger acknowledger(system, options, **writers, pool);
  AtomicAppender appender(**writers, acknowledger, options, pool);
  Result<void> outcome;
  std::int64_t line = 1;
  for (const std::string& piece : inputs) {
    SettledChunk incoming;
    incoming.chunk = built_chunk(pool, options.build, piece);
    incoming.source = "stdin";
    incoming.first_line = line;
    line += incoming.chunk->line_count;
    if (outcome) outcome = appender.append(std::move(incoming));
  }
  if (outcome && is_whole) outcome = appender.finish_input();
  auto closed = appender.close();
  if (outcome) outcome = std::move(closed);
  return {outcome ? "" : outcome.error().message, appender.totals(),
          acknowledger.acknowledged_events()};
}

}  // namespace

TEST_CASE("all events of an input are stored at its end, or none") {
  io::MemorySystem system;
  CHECK(run(system, options_of(), {events(0, 20)}, false).error == "");
  CHECK(stored(system).empty());
  const Outcome whole = run(system, options_of(), {events(0, 20), events(20, 50)});
  CHECK(whole.error == "");
  CHECK(whole.totals.appended_events == 50);
  CHECK(whole.acknowledged == 50);
  CHECK(stored(system) == numbers(0, 50));
}

TEST_CASE("no topic is made for an input whose first lines are bad, or that has none") {
  io::MemorySystem system;
  CHECK(run(system, options_of(), {events(0, 3) + "not json\n"}).error == "");
  CHECK(run(system, options_of(), {"\n"}).error == "");
  CHECK(!io::Directory::open(system, "log/t"));
}

TEST_CASE("with a producer's name, only what the log does not have is stored") {
  io::MemorySystem system;
  const ProduceOptions options = options_of("p");
  CHECK(run(system, options, {events(0, 20), events(20, 30)}).totals.appended_events == 30);
  // In other pieces, and with more at the end.
  const Outcome again = run(system, options, {events(0, 7), events(7, 29), events(29, 40)});
  CHECK(again.error == "");
  CHECK(again.totals.duplicate_events == 30);
  CHECK(again.totals.appended_events == 10);
  CHECK(again.acknowledged == 40);
  CHECK(stored(system) == numbers(0, 40));
  const Outcome beginning = run(system, options, {events(0, 5)});
  CHECK(beginning.error == "");
  CHECK(beginning.totals.duplicate_events == 5);
  CHECK(run(system, options, {events(5, 9)}).error.find("has another event there") !=
        std::string::npos);
  CHECK(stored(system) == numbers(0, 40));
  // As a run without --atomic finds it.
  CHECK(run(system, options, {events(0, 41)}).totals.appended_events == 1);
}

TEST_CASE("wherever a run under a name dies, the same command completes it") {
  using Death = io::MemorySystem::Death;
  using Loss = io::MemorySystem::Loss;
  for (const std::optional<Loss> loss :
       {std::optional<Loss>(), std::optional(Loss::all_unsynced), std::optional(Loss::random)}) {
    bool has_died = true;
    for (int change = 1; has_died; change++) {
      CAPTURE(change);
      io::MemorySystem system;
      const ProduceOptions options = options_of("p");
      const std::vector<std::string> input = {events(0, 9), events(9, 16)};
      CHECK(run(system, options, {events(0, 4)}).error == "");
      system.crash(Loss::nothing);
      system.die_at(change, Death::within_write);
      run(system, options, input);
      has_died = system.is_dead();
      if (loss) system.crash(*loss, static_cast<std::uint64_t>(change));
      if (!loss) system.kill();
      CHECK(run(system, options, input).error == "");
      CHECK(stored(system) == numbers(0, 16));
    }
  }
}
