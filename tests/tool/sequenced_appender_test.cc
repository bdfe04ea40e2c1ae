#include "tool/produce/sequenced_appender.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "group/producer_directory.h"
#include "json/path.h"
#include "support/chunks.h"
#include "support/numbered_events.h"

using namespace estream;
using namespace estream::tool;

namespace {

ProduceOptions options_of(std::string producer = "pg1") {
  ProduceOptions options;
  options.target.topic = {"log", "t", ""};
  options.target.partitions = 3;
  options.target.sync_level = log::SyncLevel::batch;
  options.target.lock_timeout_ns = 0;
  options.producer = std::move(producer);
  options.build.sequence_path = *json::parse_path(".n");
  options.build.key_path = *json::parse_path(".k");
  options.build.keeps_events = true;
  options.build.partition_count = 3;
  options.build.batch_bytes = 100;  // Several batches of a partition in a piece.
  return options;
}

// One run with --dedup, whose input comes in pieces.
class Command {
 public:
  Command(io::System& system, ProduceOptions options) : options_(std::move(options)) {
    auto opened = write::PartitionWriters::open(system, options_.target);
    REQUIRE(opened);
    writers_ = *std::move(opened);
    acknowledger_ = std::make_unique<Acknowledger>(system, options_, *writers_, pool_);
    appender_ = std::make_unique<SequencedAppender>(*writers_, *acknowledger_, options_, pool_);
  }

  Result<void> start() { return appender_->start(); }
  Result<void> give(std::string_view lines) {
    SettledChunk incoming;
    incoming.chunk = built_chunk(pool_, options_.build, lines);
    REQUIRE(!incoming.chunk->fatal);
    incoming.source = "stdin";
    incoming.first_line = next_line_;
    next_line_ += incoming.chunk->line_count;
    return appender_->append(std::move(incoming));
  }
  Result<void> close() { return appender_->close(); }

  const AppendTotals& totals() const { return appender_->totals(); }
  std::int64_t acknowledged() const { return acknowledger_->acknowledged_events(); }

 private:
  ProduceOptions options_;
  ChunkPool pool_{2};
  std::unique_ptr<write::PartitionWriters> writers_;
  std::unique_ptr<Acknowledger> acknowledger_;
  std::unique_ptr<SequencedAppender> appender_;
  std::int64_t next_line_ = 1;
};

// What came of a whole run.
struct Outcome {
  std::string error;  // Empty when all went well.
  bool is_corrupt = false;
  AppendTotals totals;
  std::int64_t acknowledged = 0;
};

Outcome run(io::System& system, const ProduceOptions& options,
            const std::vector<std::string>& pieces) {
  Command command(system, options);
  Result<void> outcome = command.start();
  for (const std::string& piece : pieces) {
    if (outcome) outcome = command.give(piece);
  }
  REQUIRE(command.close());
  Outcome result = {{}, false, command.totals(), command.acknowledged()};
  if (outcome) return result;
  result.error = outcome.error().message;
  result.is_corrupt = outcome.error().code == Error::Code::corrupt;
  return result;
}

std::string error_of(io::System& system, const ProduceOptions& options,
                     const std::vector<std::string>& pieces) {
  return run(system, options, pieces).error;
}

group::PositionContent position(io::System& system, const std::string& name) {
  const auto topic = io::Directory::open(system, "log/t");
  REQUIRE(topic);
  const auto producers = group::find_producers(*topic);
  REQUIRE(producers);
  REQUIRE(*producers);
  auto content = group::PositionFile::look(**producers, name);
  REQUIRE(content);
  REQUIRE(*content);
  return **std::move(content);
}

}  // namespace

TEST_CASE("events up to the position of the producer are dropped and counted") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of(), {events(0, 10), events(10, 20)}) == "");
  CHECK(stored(system) == numbers(0, 20));
  CHECK(position(system, "pg1").state.input->stored == "19");
  // In other pieces, and with some that are missing by now.
  const Outcome again = run(system, options_of(), {events(3, 4), events(15, 33)});
  CHECK(again.error == "");
  CHECK(again.totals.duplicate_events == 6);
  CHECK(again.totals.appended_events == 13);
  CHECK(again.acknowledged == 19);
  CHECK(stored(system) == numbers(0, 33));
  // Before the first larger one, the order is of no importance.
  const Outcome shuffled =
      run(system, options_of(), {events(20, 30) + events(10, 15) + events(5, 34)});
  CHECK(shuffled.error == "");
  CHECK(shuffled.totals.appended_events == 1);
  CHECK(stored(system) == numbers(0, 34));
  const group::PositionContent content = position(system, "pg1");
  CHECK(content.state.input->stored == "33");
  CHECK(!content.has_pending());
  CHECK(content.state.group == "pg1");
}

TEST_CASE("behind the first larger value, values must grow") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of(), {events(0, 10)}) == "");
  const std::string advice = " before it; the values must grow from line to line: sort the input";
  const Outcome within = run(system, options_of(), {events(8, 12) + events(11, 13)});
  CHECK(within.error == "stdin:5: .n is 11, and 11 in stdin:4" + advice);
  CHECK(within.is_corrupt);
  CHECK(stored(system) == numbers(0, 10));
  // What came in earlier pieces is stored. A value that was stored before this run is no duplicate
  // any more.
  CHECK(error_of(system, options_of(), {events(10, 12), events(9, 10)}) ==
        "stdin:3: .n is 9, and 11 in stdin:2" + advice);
  CHECK(stored(system) == numbers(0, 12));
  CHECK(error_of(system, options_of(), {events(12, 14), events(13, 15)}) ==
        "stdin:3: .n is 13, and 13 in stdin:2" + advice);
  CHECK(stored(system) == numbers(0, 14));
}

TEST_CASE("the kind of the values must not change") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of(), {events(0, 2)}) == "");
  const Outcome other = run(system, options_of(), {R"({"n":"0/1","k":1})"});
  CHECK(other.error ==
        "stdin:1: .n is 0/1, which is HEX/HEX, and producer 'pg1' is at 1, which is a whole "
        "number; another kind needs another --producer");
  CHECK(other.is_corrupt);
  const Outcome within =
      run(system, options_of("pg2"), {"{\"n\":[1,2],\"k\":1}\n{\"n\":[2],\"k\":1}\n"});
  CHECK(within.error.find("stdin:2: .n is [2]") == 0);
  CHECK(within.totals.appended_events == 0);
  CHECK(stored(system) == numbers(0, 2));
}

TEST_CASE("--after begins a name that has no position, and is no step ahead") {
  io::MemorySystem system;
  const auto after = [](const char* value, const char* producer) {
    ProduceOptions options = options_of(producer);
    options.after = *SequenceValue::parse(value);
    return options;
  };
  CHECK(error_of(system, after("5", "pg1"), {events(0, 10)}) == "");
  CHECK(stored(system) == numbers(6, 10));
  CHECK(error_of(system, after("5", "pg1"), {events(0, 12)}) == "");
  CHECK(stored(system) == numbers(6, 12));
  CHECK(error_of(system, after("20", "pg1"), {events(0, 30)}) ==
        "--after 20: producer 'pg1' is at 11 already; --after is for a new name");
  CHECK(error_of(system, after("0/1", "pg1"), {events(0, 30)}).find("--after 0/1: is HEX/HEX") ==
        0);
  CHECK(stored(system) == numbers(6, 12));
  // A run that died before it stored anything has begun nothing.
  REQUIRE(Command(system, options_of("pg2")).start());
  CHECK(position(system, "pg2").state.input->stored == "");
  CHECK(error_of(system, after("29", "pg2"), {events(28, 31)}) == "");
  CHECK(position(system, "pg2").state.input->stored == "30");
  CHECK(stored(system).count(28) == 0);
  CHECK(stored(system).count(30) == 1);
}

TEST_CASE("two names, and the producer of that name without --dedup, are apart") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of("a"), {events(0, 3)}) == "");
  CHECK(error_of(system, options_of("b"), {events(10, 13)}) == "");
  CHECK(error_of(system, options_of("a"), {events(20, 23)}) == "");
  CHECK(error_of(system, options_of("b"), {events(12, 14)}) == "");
  CHECK(stored(system).size() == 10);
  const auto id = [&](const char* name) { return position(system, name).state.producer_id; };
  CHECK(id("a") != id("b"));
  CHECK(id("a") != log::producer_id_of("a"));
}

TEST_CASE("the next run does not look at what others have written") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of("a"), {events(0, 7)}) == "");
  CHECK(error_of(system, options_of("b"), {events(100, 121)}) == "");
  CHECK(error_of(system, options_of("a"), {events(6, 7)}) == "");
  std::int64_t looked = 0;
  const group::PositionContent content = position(system, "a");
  for (const group::SinkPartition& partition : content.state.sinks[0].partitions) {
    looked += partition.looked.value;
  }
  CHECK(looked == 28);
  CHECK(error_of(system, options_of("a"), {events(6, 9)}) == "");
  CHECK(stored(system).size() == 30);
}

TEST_CASE("one run at a time has the name") {
  io::MemorySystem system;
  Command first(system, options_of());
  REQUIRE(first.give(events(0, 3)));
  Command second(system, options_of());
  const auto started = second.start();
  REQUIRE(!started);
  CHECK(started.error().code == Error::Code::busy);
  CHECK(started.error().message.find("topic 't': another process runs as producer 'pg1'") == 0);
  Command other(system, options_of("pg2"));
  CHECK(other.start());
}

TEST_CASE("an input without an event makes no topic") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of(), {"", "\n"}) == "");
  CHECK(!io::Directory::open(system, "log/t"));
}

TEST_CASE("wherever a run dies, the next one completes it") {
  using Death = io::MemorySystem::Death;
  using Loss = io::MemorySystem::Loss;
  for (const Death death : {Death::before_change, Death::within_write}) {
    for (const std::optional<Loss> loss :
         {std::optional<Loss>(), std::optional(Loss::all_unsynced), std::optional(Loss::random)}) {
      bool has_died = true;
      for (int change = 1; has_died; change++) {
        CAPTURE(change);
        io::MemorySystem system;
        CHECK(error_of(system, options_of(), {events(0, 5)}) == "");
        system.crash(Loss::nothing);
        system.die_at(change, death);
        {
          Command dying(system, options_of());
          Result<void> outcome = dying.start();
          if (outcome) outcome = dying.give(events(3, 9));
          if (outcome) outcome = dying.give(events(9, 16));
          if (outcome) outcome = dying.close();
          has_died = system.is_dead();
          if (!has_died && !outcome) FAIL(outcome.error().message);
        }
        if (loss) system.crash(*loss, static_cast<std::uint64_t>(change));
        if (!loss) system.kill();
        CHECK(error_of(system, options_of(), {events(0, 12), events(12, 20)}) == "");
        CHECK(stored(system) == numbers(0, 20));
      }
    }
  }
}

TEST_CASE("the position of another name is refused") {
  io::MemorySystem system;
  CHECK(error_of(system, options_of(), {events(0, 3)}) == "");
  // Of a copy of the files under another name.
  const std::string file = system.content("log/t/.producers/pg1");
  const auto producers = io::Directory::open(system, "log/t/.producers");
  REQUIRE(producers);
  REQUIRE(producers->replace_file("pg3", file));
  CHECK(error_of(system, options_of("pg3"), {events(0, 9)}).find("of another producer") !=
        std::string::npos);
  CHECK(stored(system).size() == 3);
}
