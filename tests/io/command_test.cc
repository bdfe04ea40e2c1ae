#include "io/command.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "io/memory_file.h"
#include "support/commands.h"
#include "support/temporary_directory.h"

using namespace estream;

namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;

io::ProcessEnd end_of(const std::string& script) {
  auto command = io::Command::start(shell_command(script));
  REQUIRE(command);
  REQUIRE(*command->wait(minute_ns));
  const auto end = command->end();
  REQUIRE(end);
  REQUIRE(end->has_value());
  return **end;
}

}  // namespace

TEST_CASE("a command gets its arguments as they are") {
  CHECK(output_of({.arguments = {"printf", "%s|", "a b", "$HOME", "", "'"},
                   .has_output_pipe = true}) == "a b|$HOME||'|");
}

TEST_CASE("a command that cannot be started is an error that names it") {
  const auto message_of = [](const std::string& program) {
    const auto command = io::Command::start({.arguments = {program}});
    REQUIRE(!command);
    return command.error();
  };
  const Error missing = message_of("estream-no-such-program");
  CHECK(missing.message == "estream-no-such-program: cannot be started: No such file or directory");
  CHECK(missing.code == Error::Code::not_found);
  CHECK(message_of("").code == Error::Code::not_found);
  CHECK(message_of("/no/such/program").message ==
        "/no/such/program: cannot be started: No such file or directory");

  const TemporaryDirectory temporary;
  const std::string path = temporary / "script";
  write_script(path, "#!/bin/sh\n", 0600);
  CHECK(message_of(path).message == path + ": cannot be started: Permission denied");
  CHECK(message_of(path).code == Error::Code::io);
  write_script(path, "#!/no/such/interpreter\n", 0700);
  CHECK(message_of(path).message ==
        path + ": cannot be started: the interpreter in its first line does not exist");
  write_script(path, "echo hello\n", 0700);
  CHECK(message_of(path).message == path + ": cannot be started: Exec format error" +
                                        "; a script must begin with a line such as #!/bin/sh");
  CHECK(has_no_child());
}

TEST_CASE("a command reads the file that it is given") {
  const auto file = io::MemoryFile::make("batch", "one\ntwo\n");
  REQUIRE(file);
  CHECK(output_of({.arguments = {"cat"}, .input = file->fd(), .has_output_pipe = true}) ==
        "one\ntwo\n");
}

TEST_CASE("a pipe takes what there is room for, and does not wait") {
  auto command = io::Command::start({.arguments = {"cat"}, .has_output_pipe = true});
  REQUIRE(command);
  const std::string text(1 << 20, 'x');
  std::size_t written = 0;
  // Until the input, the output and the buffer of cat are full.
  for (int quiet = 0; quiet < 100; quiet++) {
    const std::size_t count = *command->write_some(std::string_view(text).substr(written));
    if (count > 0) quiet = 0;
    written += count;
    ::usleep(1000);
  }
  CHECK(written > 0);
  CHECK(written < text.size());
  CHECK(*command->unread_bytes() > 0);
  command->close_input();
  CHECK(output_of(*command) == text.substr(0, written));
}

TEST_CASE("reading stops at its limit and does not wait") {
  auto command = io::Command::start(shell_command("printf abcdef; exec cat"));
  REQUIRE(command);
  std::string output;
  while (output.size() < 4) REQUIRE(command->read_some(output, 4 - output.size()));
  CHECK(output == "abcd");
  while (output.size() < 6) REQUIRE(command->read_some(output, 100));
  REQUIRE(command->read_some(output, 100));
  CHECK(output == "abcdef");
  CHECK(command->output() >= 0);
}

TEST_CASE("a command that closes its input closes the pipe here, which knows what was read") {
  auto command =
      io::Command::start(shell_command("head -c 3 >/dev/null; exec <&-; echo; sleep 300"));
  REQUIRE(command);
  const int input = command->input();
  REQUIRE(*command->write_some("abc") == 3);
  std::string output;
  while (output.empty()) REQUIRE(command->read_some(output, 1));
  CHECK(*command->unread_bytes() == 0);
  CHECK(*command->write_some("def") == 0);
  CHECK(command->input() == -1);
  CHECK(::fcntl(input, F_GETFD) == -1);
  CHECK(*command->unread_bytes() == 0);
}

TEST_CASE("what a command that has ended did not read is known") {
  auto command = io::Command::start({.arguments = {"sleep", "1000"}});
  REQUIRE(command);
  REQUIRE(*command->write_some("abc") == 3);
  command->kill();
  REQUIRE(*command->wait(minute_ns));
  CHECK(*command->unread_bytes() == 3);
  CHECK(*command->write_some("def") == 0);
  CHECK(*command->unread_bytes() == 3);
}

TEST_CASE("the end of a command is its exit status or a signal") {
  for (const int status : {0, 1, 75, 255}) {
    CAPTURE(status);
    const io::ProcessEnd end = end_of("exit " + std::to_string(status));
    CHECK(end.status == status);
    CHECK(end.signal == 0);
  }
  for (const int signal : {SIGTERM, SIGKILL, SIGPIPE}) {
    CAPTURE(signal);
    CHECK(end_of("kill -" + std::to_string(signal) + " $$").signal == signal);
  }
}

TEST_CASE("a command that runs has no end, and a wait for it is limited") {
  auto command = io::Command::start({.arguments = {"cat"}});
  REQUIRE(command);
  CHECK(!*command->end());
  CHECK(!*command->wait(1'000'000));
  CHECK(!command->has_dropped());
  command->close_input();
  CHECK(*command->wait(minute_ns));
  CHECK((*command->end())->status == 0);
  // Still a zombie, which keeps its id from others.
  command->signal(SIGTERM);
  CHECK((*command->end())->status == 0);
}

TEST_CASE("a wait drops what the command prints, so that it can end") {
  auto command = io::Command::start(shell_command("head -c 1000000 /dev/zero"));
  REQUIRE(command);
  CHECK(*command->wait(minute_ns));
  CHECK((*command->end())->status == 0);
  CHECK(command->has_dropped());
}

TEST_CASE("a command has a process group of its own, and all of it gets a signal") {
  auto command = io::Command::start(shell_command("sleep 300 >&- & echo $!; exec >&-; wait"));
  REQUIRE(command);
  CHECK(::getpgid(command->id()) == command->id());
  CHECK(::getpgid(0) != command->id());
  const WatchedProcess grandchild(std::stoi(output_of(*command)));
  command->signal(SIGTERM);
  CHECK(*command->wait(minute_ns));
  CHECK((*command->end())->signal == SIGTERM);
  CHECK(grandchild.ends());
}

TEST_CASE("a command that is destroyed is killed with its group, and leaves no zombie") {
  std::optional<WatchedProcess> grandchild;
  {
    auto command =
        io::Command::start(shell_command("trap '' TERM; sleep 300 >&- & echo $!; exec >&-; wait"));
    REQUIRE(command);
    grandchild.emplace(std::stoi(output_of(*command)));
    const io::Command moved = *std::move(command);
    CHECK(!*moved.end());
  }
  CHECK(grandchild->ends());
  CHECK(has_no_child());
}

TEST_CASE("what a command left behind lives on when it has ended itself") {
  const LeftBehind left;
  {
    auto command = io::Command::start(shell_command(left.script()));
    REQUIRE(command);
    REQUIRE(*command->wait(minute_ns));
  }
  CHECK(left.answers());
}
