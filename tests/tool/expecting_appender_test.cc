#include "tool/produce/expecting_appender.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "support/chunks.h"
#include "support/partition.h"

using namespace estream;
using namespace estream::tool;

namespace {

// Runs what another process does, just before the next lock is taken.
class InterruptedSystem final : public io::MemorySystem {
 public:
  std::function<void()> before_next_lock;

  int try_lock(int fd, std::uint64_t byte) override {
    if (const auto interrupt = std::exchange(before_next_lock, nullptr)) interrupt();
    return MemorySystem::try_lock(fd, byte);
  }
};

ProduceOptions options_of(std::optional<std::int64_t> after) {
  ProduceOptions options;
  options.target.topic = {"log", "t", ""};
  options.target.sync_level = log::SyncLevel::batch;
  options.build.format = InputFormat::text;
  options.build.key_delimiter = ":";
  options.build.keeps_events = true;
  options.expected_last = ExpectedLast();
  if (after) options.expected_last->offset = Offset{*after};
  return options;
}

// One command: a run with --expect-last, whose input comes in pieces.
class Command {
 public:
  Command(io::System& system, ProduceOptions options) : options_(std::move(options)) {
    auto opened = write::PartitionWriters::open(system, options_.target);
    REQUIRE(opened);
    writers_ = *std::move(opened);
    acknowledger_ = std::make_unique<Acknowledger>(system, options_, *writers_, pool_);
    appender_ = std::make_unique<ExpectingAppender>(*writers_, *acknowledger_, options_, pool_);
    REQUIRE(writers_->writer(0));
  }

  Result<void> give(std::string_view lines) {
    SettledChunk incoming;
    incoming.chunk = built_chunk(pool_, options_.build, lines);
    incoming.source = "stdin";
    return appender_->append(std::move(incoming));
  }

  Result<void> finish() { return appender_->finish_input(); }

  // The whole command. Answers why it was refused, or nothing.
  std::string run(std::string_view lines) {
    REQUIRE(give(lines));
    const auto finished = finish();
    if (!finished) FAIL(finished.error().message);
    return appender_->refusal().value_or("");
  }

  const AppendTotals& totals() const { return appender_->totals(); }
  std::int64_t acknowledged() const { return acknowledger_->acknowledged_events(); }

 private:
  ProduceOptions options_;
  ChunkPool pool_{2};
  std::unique_ptr<write::PartitionWriters> writers_;
  std::unique_ptr<Acknowledger> acknowledger_;
  std::unique_ptr<ExpectingAppender> appender_;
};

std::vector<log::StoredRecord> stored(io::System& system) {
  const auto directory = io::Directory::open(system, "log/t/0");
  REQUIRE(directory);
  const auto found = log::read_all(*directory);
  if (!found) FAIL(found.error().message);
  return *found;
}

}  // namespace

TEST_CASE("of two commands that saw the same state, one is appended") {
  io::MemorySystem system;
  CHECK(Command(system, options_of({})).run("a:1\n") == "");
  CHECK(Command(system, options_of({})).run("b:1\n") == "");
  CHECK(Command(system, options_of(0)).run("a:2\na:3\n") == "");
  CHECK(Command(system, options_of(0)).run("a:x\n") ==
        "t/0: key 'a' has moved on: its last event is at offset 3, after 0");
  CHECK(Command(system, options_of({})).run("b:x\n") ==
        "t/0: key 'b' has moved on: its last event is at offset 1, and none was expected");
  // Any offset up to which the state was read will do.
  CHECK(Command(system, options_of(3)).run("b:2\n") == "");
  CHECK(stored(system) == log::records(0, {"1", "1", "2", "3", "2"}));
}

TEST_CASE("all pieces of the input become one batch") {
  io::MemorySystem system;
  Command command(system, options_of({}));
  for (const char* piece : {"a:1\na:2\n", "", "a:3\n", "a:4\n"}) REQUIRE(command.give(piece));
  CHECK(command.acknowledged() == 0);
  REQUIRE(command.finish());
  CHECK(command.totals().appended_events == 4);
  CHECK(command.acknowledged() == 4);
  CHECK(stored(system) == log::records(0, {"1", "2", "3", "4"}));
  const std::string log = system.content("log/t/0/00000000000000000000.log");
  const auto header = parse_batch_header(std::as_bytes(std::span(log)));
  REQUIRE(header);
  CHECK(header->record_count == 4);
}

TEST_CASE("events of two keys, without a key or beyond one batch are refused") {
  io::MemorySystem system;
  const auto refusal = [&](ProduceOptions options, std::string_view lines) {
    Command command(system, std::move(options));
    REQUIRE(command.give("a:1\n"));
    const auto given = command.give(lines);
    REQUIRE(!given);
    CHECK(given.error().code == Error::Code::data);
    return given.error().message;
  };
  CHECK(refusal(options_of({}), "a:2\nb:1\n").find("stdin:2: has another key") == 0);
  ProduceOptions small = options_of({});
  small.build.batch_bytes = 200;
  CHECK(refusal(small, "a:" + std::string(200, 'x') + "\n").find("stdin:1: ") == 0);
  ProduceOptions keyless = options_of({});
  keyless.build.key_missing = KeyMissing::null;
  CHECK(refusal(keyless, "x\n").find("has no key") != std::string::npos);
  CHECK(stored(system).empty());
}

TEST_CASE("what is appended during the look is looked at, too") {
  InterruptedSystem system;
  CHECK(Command(system, options_of({})).run("a:1\n") == "");
  Command other_key(system, options_of({}));
  Command command(system, options_of(0));
  system.before_next_lock = [&] { CHECK(other_key.run("b:1\n") == ""); };
  CHECK(command.run("a:2\n") == "");
  Command late(system, options_of(2));
  Command first(system, options_of(2));
  system.before_next_lock = [&] { CHECK(first.run("a:3\n") == ""); };
  CHECK(late.run("a:x\n") == "t/0: key 'a' has moved on: its last event is at offset 3, after 2");
  CHECK(stored(system) == log::records(0, {"1", "1", "2", "3"}));
}

TEST_CASE("a command that is repeated under its name is there once") {
  io::MemorySystem system;
  ProduceOptions options = options_of({});
  options.producer = "command-1";
  CHECK(Command(system, options).run("a:1\na:2\n") == "");
  CHECK(Command(system, options_of(1)).run("a:3\n") == "");
  Command again(system, options);
  CHECK(again.run("a:1\na:2\n") == "");
  CHECK(again.totals().duplicate_events == 2);
  CHECK(again.totals().appended_events == 0);
  CHECK(again.acknowledged() == 2);
  for (const char* other : {"a:1\n", "a:1\na:x\n", "a:1\na:2\na:3\n"}) {
    Command command(system, options);
    REQUIRE(command.give(other));
    const auto finished = command.finish();
    REQUIRE(!finished);
    CHECK(finished.error().code == Error::Code::corrupt);
    CHECK(finished.error().message.find("producer 'command-1' has another event") !=
          std::string::npos);
  }
  CHECK(stored(system) == log::records(0, {"1", "2", "3"}));
}

TEST_CASE("a repeated command is durable before it is acknowledged") {
  io::MemorySystem system;
  ProduceOptions options = options_of({});
  options.producer = "command-1";
  {
    ProduceOptions unsynced = options;
    unsynced.target.sync_level = log::SyncLevel::interval;
    CHECK(Command(system, unsynced).run("a:1\n") == "");
  }
  CHECK(stored(system).empty());
  CHECK(Command(system, options).run("a:1\n") == "");
  CHECK(stored(system).size() == 1);
  system.crash(io::MemorySystem::Loss::all_unsynced);
  CHECK(Command(system, options).totals().appended_events == 0);
  CHECK(stored(system).size() == 1);
}

TEST_CASE("an offset that the log does not have, or has lost, is damage") {
  io::MemorySystem system;
  Command command(system, options_of(0));
  REQUIRE(command.give("a:1\n"));
  const auto finished = command.finish();
  REQUIRE(!finished);
  CHECK(finished.error().code == Error::Code::corrupt);
}
