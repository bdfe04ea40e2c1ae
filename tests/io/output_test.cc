#include "io/output.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <deque>

#include "support/memory_system.h"

using namespace estream;

namespace {

// A descriptor that answers what the script says: a negated errno, or how many bytes it takes; all
// of them when the script is over.
class ScriptSystem : public io::MemorySystem {
 public:
  std::string taken;
  std::deque<std::int64_t> answers;
  std::int64_t writes = 0;
  std::int64_t waits = 0;
  bool has_limit = false;
  bool is_stuck = false;

  std::int64_t write(int, Bytes bytes) override {
    REQUIRE(++writes < 1000);
    std::int64_t answer = static_cast<std::int64_t>(bytes.size());
    if (!answers.empty()) {
      answer = answers.front();
      answers.pop_front();
    }
    if (answer > 0) taken += as_text(bytes.first(static_cast<std::size_t>(answer)));
    return answer;
  }

  int status(int, io::FileStatus&) override { return -EBADF; }

  int poll(std::span<io::PollEntry> entries, int timeout_ms) override {
    CHECK(entries[0].for_output);
    CHECK((timeout_ms == -1 || has_limit));
    waits++;
    if (is_stuck) return 0;
    entries[0].is_ready = true;
    return 1;
  }
};

}  // namespace

TEST_CASE("small writes are gathered until they are flushed") {
  ScriptSystem system;
  io::Output output(system, 1, "standard output");
  for (int i = 0; i < 100; i++) REQUIRE(output.write("line\n"));
  CHECK(system.writes == 0);
  REQUIRE(output.flush());
  CHECK(system.writes == 1);
  CHECK(system.taken.size() == 500);
  CHECK(output.written_bytes() == 500);
  REQUIRE(output.flush());
  CHECK(system.writes == 1);
}

TEST_CASE("bytes keep their order whatever the sizes of the pieces") {
  ScriptSystem system;
  io::Output output(system, 1, "standard output");
  std::string all;
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 70'000, 70'000, 5, 200'000,
                                                                   131'072, 3, 65'536, 131'071}) {
    const std::string piece(size, static_cast<char>('a' + all.size() % 26));
    REQUIRE(output.write(piece));
    all += piece;
  }
  REQUIRE(output.flush());
  CHECK(system.taken == all);
  CHECK(output.written_bytes() == static_cast<std::int64_t>(all.size()));
}

TEST_CASE("partial and interrupted writes go on where they stopped") {
  ScriptSystem system;
  system.answers = {3, -EINTR, 1, -EINTR, 2};
  io::Output output(system, 1, "standard output");
  REQUIRE(output.write("0123456789"));
  REQUIRE(output.flush());
  CHECK(system.taken == "0123456789");
}

TEST_CASE("a full pipe is waited for") {
  ScriptSystem system;
  system.answers = {4, -EAGAIN, -EAGAIN};
  io::Output output(system, 1, "standard output");
  REQUIRE(output.write("0123456789"));
  REQUIRE(output.flush());
  CHECK(system.taken == "0123456789");
  CHECK(system.waits == 2);
}

TEST_CASE("a reader that went away closes the output without an error") {
  ScriptSystem system;
  system.answers = {4, -EPIPE};
  io::Output output(system, 1, "standard output");
  REQUIRE(output.write("0123456789"));
  CHECK(output.flush());
  CHECK(output.is_closed());
  CHECK(output.written_bytes() == 4);
  CHECK(output.write(std::string(1 << 20, 'x')));
  CHECK(output.flush());
  CHECK(system.writes == 2);
}

TEST_CASE("any other refusal is an error that names the output") {
  ScriptSystem system;
  system.answers = {-EIO};
  io::Output output(system, 1, "standard output");
  REQUIRE(output.write("x"));
  const auto flushed = output.flush();
  REQUIRE(!flushed);
  CHECK(flushed.error().message == "standard output: cannot write: Input/output error");
  CHECK(!output.is_closed());
}

TEST_CASE("what comes behind a piece that failed is not written, so that there is no gap") {
  ScriptSystem system;
  system.answers = {4, -ENOSPC};
  io::Output output(system, 1, "standard output");
  REQUIRE(output.write("0123456789"));
  REQUIRE(!output.flush());
  CHECK(!output.write(std::string(1 << 20, 'x')));
  REQUIRE(output.write("y"));
  CHECK(!output.flush());
  CHECK(system.taken == "0123");
  CHECK(system.writes == 2);
}

TEST_CASE("an output that takes nothing is an error and not asked for ever") {
  ScriptSystem system;
  system.answers.assign(999, 0);
  io::Output output(system, 1, "standard output");
  REQUIRE(output.write("x"));
  CHECK(!output.flush());
}

TEST_CASE("a reader that does not read is waited for until the deadline") {
  ScriptSystem system;
  system.has_limit = system.is_stuck = true;
  system.answers = {3, -EAGAIN};
  io::Output output(system, 1, "standard output");
  output.limit_waits(system.monotonic_ns());
  REQUIRE(output.write("0123456789"));
  CHECK(output.flush());
  CHECK(output.is_closed());
  CHECK(output.has_given_up());
  CHECK(system.taken == "012");
}

TEST_CASE("a reader that reads gets the rest after the deadline") {
  ScriptSystem system;
  system.has_limit = true;
  system.answers = {3, -EAGAIN, 2, -EAGAIN};
  io::Output output(system, 1, "standard output");
  output.limit_waits(system.monotonic_ns());
  REQUIRE(output.write("0123456789"));
  CHECK(output.flush());
  CHECK(!output.is_closed());
  CHECK(system.taken == "0123456789");
}
