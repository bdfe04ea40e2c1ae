#include "tool/replay/bisect.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "io/process.h"
#include "support/replay_inputs.h"
#include "support/temporary_directory.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

constexpr int printed_fd = -7;

// Topics in memory, but descriptors of real pipes.
class PipingSystem : public io::MemorySystem {
 public:
  PipingSystem() { std::signal(SIGPIPE, SIG_IGN); }

  std::int64_t write(int fd, Bytes bytes) override {
    if (fd == printed_fd) {
      printed += as_text(bytes);
      return std::ssize(bytes);
    }
    const auto count = ::write(fd, bytes.data(), bytes.size());
    return count < 0 ? -errno : count;
  }

  std::string printed;
};

struct Answer {
  std::string printed;
  Result<cli::ExitStatus> status;

  bool is(cli::ExitStatus wanted) const { return status && *status == wanted; }
};

Answer answer_of(PipingSystem& system, const ReplayInput& input, const BisectOptions& options) {
  system.printed.clear();
  io::Output output(system, printed_fd, "out");
  const EndCondition never(system, std::nullopt);
  auto status = bisect(system, input, options, never, output);
  return {system.printed, std::move(status)};
}

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Records 1 to `count` in two partitions, each of them its number.
void fill(TestTopic& topic, int count) {
  for (int i = 1; i <= count; i++) {
    topic.append(i % 2, {{1000 + i, std::to_string(i), "k" + std::to_string(i % 5)}});
  }
}

}  // namespace

TEST_CASE("a bisection finds the first record at which the command fails") {
  PipingSystem system;
  TestTopic topic(system, "t", 2);
  fill(topic, 23);
  const ReplayInput input = replay_input({{&topic, 2}});
  for (int first = 1; first <= 23; first++) {
    CAPTURE(first);
    const std::string number = std::to_string(first);
    const Answer answer = answer_of(system, input, {.command = "! grep -qx " + number});
    CHECK(answer.is(cli::ExitStatus::done));
    CHECK(answer.printed == "{\"topic\":\"t\",\"partition\":" + std::to_string(first % 2) +
                                ",\"offset\":" + std::to_string((first - 1) / 2) +
                                ",\"ts\":" + std::to_string(1000 + first) + ",\"key\":\"k" +
                                std::to_string(first % 5) +
                                "\",\"headers\":[],\"value\":" + number + "}\n");
  }
}

TEST_CASE("a bisection tests the state when that is asked for") {
  PipingSystem system;
  const TemporaryDirectory directory;
  TestTopic topic(system, "t", 2);
  fill(topic, 20);
  const std::string seen = directory / "seen";
  // Fails as soon as the value of the third key is 13: with record 13, and no longer with record
  // 18, which is why there are only 17 of them.
  ReplayInput input = replay_input({{&topic, 2}});
  for (StageSource& source : input.plan.sources) source.window.times.until = Timestamp{1018};
  const Answer answer =
      answer_of(system, input,
                {.command = "tee -a " + seen + " | { ! grep -qx 13; }", .state = StateOptions{}});
  CHECK(answer.is(cli::ExitStatus::done));
  CHECK(answer.printed.find("\"value\":13}") != answer.printed.npos);
  CHECK(content_of(seen).starts_with("16\n17\n13\n14\n15\n"));
}

TEST_CASE("when nothing fails the answer is no") {
  PipingSystem system;
  TestTopic topic(system, "t", 2);
  fill(topic, 5);
  const Answer answer = answer_of(system, replay_input({{&topic, 2}}), {.command = "true"});
  CHECK(answer.is(cli::ExitStatus::no));
  CHECK(answer.printed.empty());
}

TEST_CASE("a command that fails on nothing at all is an error") {
  PipingSystem system;
  TestTopic topic(system, "t", 2);
  TestTopic empty(system, "empty", 1);
  fill(topic, 5);
  for (const ReplayInput& input : {replay_input({{&topic, 2}}), replay_input({{&empty, 1}})}) {
    const Answer answer = answer_of(system, input, {.command = "false"});
    REQUIRE(!answer.status);
    CHECK(answer.status.error().message.starts_with("false: fails even without any event"));
  }
}

TEST_CASE("an end that is no verdict is an error that names the command") {
  PipingSystem system;
  TestTopic topic(system, "t", 2);
  fill(topic, 5);
  for (const char* command : {"exit 125", "exit 126", "exit 127", "no-such-command 2>&-",
                              "exit 128", "exit 200", "kill -TERM $$"}) {
    CAPTURE(command);
    const Answer answer = answer_of(system, replay_input({{&topic, 2}}), {.command = command});
    REQUIRE(!answer.status);
    CHECK(answer.status.error().code == Error::Code::data);
    CHECK(answer.status.error().message.starts_with(std::string(command) + ": "));
    CHECK(answer.status.error().message.find("which is neither success") != std::string::npos);
  }
}

TEST_CASE("a command that does not read its input is none the worse for it") {
  PipingSystem system;
  TestTopic topic(system, "t", 1);
  // More than a pipe holds.
  for (int i = 0; i < 10; i++) topic.append(0, {{i, std::string(100'000, 'x'), "k"}});
  const Answer answer =
      answer_of(system, replay_input({{&topic, 1}}), {.command = "exec <&-; sleep 0.01"});
  CHECK(answer.is(cli::ExitStatus::no));
}

TEST_CASE("a process gets its input, sees its end, and can die of a closed pipe") {
  const TemporaryDirectory directory;
  auto process = io::Process::start("cat > " + (directory / "input") + "; kill -PIPE $$");
  REQUIRE(process);
  // This one would keep the first one's input open if it got our descriptors.
  auto other = io::Process::start("cat");
  REQUIRE(other);
  REQUIRE(::write(process->input(), "hello", 5) == 5);
  process->close_input();
  const auto end = process->wait();
  REQUIRE(end);
  CHECK(end->signal == SIGPIPE);
  CHECK(content_of(directory / "input") == "hello");
}
