// What a command is given by the process that starts it.

#include "io/child_plan.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <set>
#include <sstream>

#include "io/file_limit.h"
#include "io/memory_file.h"
#include "io/signals.h"
#include "support/commands.h"
#include "support/temporary_directory.h"

using namespace estream;

namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;

// A line of /proc/ID/status, without its name.
std::string status_of(int id, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(id) + "/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  }
  return {};
}

bool has_signal(int id, const std::string& set, int signal) {
  return (std::stoull(status_of(id, set), nullptr, 16) >> (signal - 1) & 1U) != 0;
}

}  // namespace

TEST_CASE("a command gets more variables, and others instead of those that there are") {
  ::setenv("ESTREAM_TEST_A", "old", 1);
  ::setenv("ESTREAM_TEST_AB", "kept", 1);
  // Not by a shell, which would take one of two values for the same name.
  io::CommandOptions options = {.arguments = {"env"}, .has_output_pipe = true};
  options.environment = {{"ESTREAM_TEST_A", "new"}, {"ESTREAM_TEST_C", "x=y z"}};
  std::istringstream output(output_of(options));
  std::set<std::string> found;
  for (std::string line; std::getline(output, line);) {
    if (line.starts_with("ESTREAM_TEST_")) found.insert(line);
  }
  CHECK(found == std::set<std::string>{"ESTREAM_TEST_A=new", "ESTREAM_TEST_AB=kept",
                                       "ESTREAM_TEST_C=x=y z"});
}

TEST_CASE("a command is the first program of its name in PATH that may be executed") {
  const TemporaryDirectory temporary;
  for (const char* name : {"one", "two", "three"})
    std::filesystem::create_directory(temporary / name);
  write_script(temporary / "one/program", "#!/bin/sh\necho one\n", 0600);
  write_script(temporary / "two/program", "#!/bin/sh\necho two\n", 0700);
  write_script(temporary / "three/program", "#!/bin/sh\necho three\n", 0700);
  const std::string before = std::getenv("PATH");
  const std::string path =
      temporary / "none:" + (temporary / "one:") + (temporary / "two:") + (temporary / "three");
  ::setenv("PATH", path.c_str(), 1);
  const std::string output = output_of({.arguments = {"program"}, .has_output_pipe = true});
  ::setenv("PATH", (temporary / "one:" + (temporary / "none")).c_str(), 1);
  const auto refused = io::Command::start({.arguments = {"program"}});
  ::setenv("PATH", before.c_str(), 1);
  CHECK(output == "two\n");
  // That there is one, but not for this user, says more than that there is none.
  REQUIRE(!refused);
  CHECK(refused.error().message == "program: cannot be started: Permission denied");
}

TEST_CASE("a command has three descriptors and the lock, and nothing else") {
  const TemporaryDirectory temporary;
  const std::string path = temporary / "lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // As one that a parent has left open for this process.
  const int foreign = ::open("/dev/null", O_RDONLY);
  REQUIRE(lock >= 0);
  REQUIRE(foreign >= 0);
  io::CommandOptions options = {.arguments = {"sh", "-c", "read -r line; read -r line"}};
  auto without = io::Command::start(options);
  options.has_output_pipe = true;
  options.lock = lock;
  auto with = io::Command::start(options);
  REQUIRE(without);
  REQUIRE(with);
  // While it loads its libraries, a program has more files open.
  for (io::Command* command : {&*without, &*with}) {
    REQUIRE(*command->write_some("\n") == 1);
    while (*command->unread_bytes() > 0) ::usleep(1000);
  }

  const auto three = descriptors_of(without->id());
  CHECK(three.size() == 3);
  CHECK(three.rbegin()->first == 2);
  CHECK(three.at(1) == descriptor_of(::getpid(), 1));
  auto four = descriptors_of(with->id());
  CHECK(four.size() == 4);
  CHECK(four.at(0).starts_with("pipe:"));
  CHECK(four.at(1).starts_with("pipe:"));
  CHECK(four.at(2) == descriptor_of(::getpid(), 2));
  CHECK(four.rbegin()->second == path);
  ::close(foreign);
  ::close(lock);
}

TEST_CASE("a script that closes files of its own does not close the lock") {
  const TemporaryDirectory temporary;
  const std::string path = temporary / "lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const auto file = io::MemoryFile::make("batch", "");
  REQUIRE(file);
  io::CommandOptions options =
      shell_command("exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; readlink /proc/$$/fd/* | grep lock");
  options.input = file->fd();
  options.lock = lock;
  CHECK(output_of(options) == path + "\n");
  ::close(lock);
}

TEST_CASE("a lock is held until the last process that inherited it has ended") {
  const TemporaryDirectory temporary;
  io::PosixSystem system;
  const std::string path = temporary / "lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int other = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(system.try_lock(lock, 0) == 0);
  io::CommandOptions options = shell_command("sleep 300 >&- & echo $!");
  options.lock = lock;
  auto command = io::Command::start(options);
  REQUIRE(command);
  const WatchedProcess grandchild(std::stoi(output_of(*command)));
  CHECK(*command->wait(minute_ns));
  // What the kernel does when this process dies.
  ::close(lock);
  CHECK(system.is_locked(other, 0) == 1);
  grandchild.kill();
  CHECK(grandchild.ends());
  CHECK(system.is_locked(other, 0) == 0);
  ::close(other);
}

TEST_CASE("a command gets signals as they were before this process changed them") {
  CHECK(in_own_process([] {
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGCHLD, SIG_IGN);
    io::catch_stop_signals();
    auto command = io::Command::start({.arguments = {"cat"}});
    if (!command) return false;
    const int id = command->id();
    const bool is_right = !has_signal(id, "SigIgn", SIGPIPE) &&
                          !has_signal(id, "SigIgn", SIGXFSZ) && has_signal(id, "SigIgn", SIGINT) &&
                          !has_signal(id, "SigIgn", SIGTERM) &&
                          std::stoull(status_of(id, "SigBlk"), nullptr, 16) == 0;
    // Although SIGCHLD was ignored, its end is known.
    command->ask_to_end();
    return is_right && *command->wait(minute_ns) && (*command->end())->signal == SIGTERM;
  }));
  CHECK(in_own_process([] {
    ::signal(SIGPIPE, SIG_IGN);
    io::catch_stop_signals();
    const auto command = io::Command::start({.arguments = {"cat"}});
    return command && has_signal(command->id(), "SigIgn", SIGPIPE);
  }));
}

TEST_CASE("the start of a command leaves the signal mask of this process as it is") {
  sigset_t before;
  sigset_t after;
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto command = io::Command::start({.arguments = {"cat"}});
  ::pthread_sigmask(SIG_SETMASK, &before, &after);
  REQUIRE(command);
  CHECK(::sigismember(&after, SIGUSR1) == 1);
  CHECK(::sigismember(&after, SIGTERM) == 0);
  CHECK(has_signal(command->id(), "SigBlk", SIGUSR1));
}

TEST_CASE("a command gets the limit of open files that this process began with") {
  CHECK(in_own_process([] {
    rlimit limit = {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 200;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    io::raise_file_limit();
    auto command = io::Command::start(shell_command("ulimit -S -n"));
    return command && output_of(*command) == "200\n";
  }));
}

TEST_CASE("a command gets SIGTERM when its parent dies") {
  const TemporaryDirectory temporary;
  const std::string path = temporary / "id";
  const std::string signal_path = temporary / "signal";
  const pid_t parent = ::fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    const auto command = io::Command::start(
        {.arguments = {"sh", "-c",
                       "trap 'echo TERM >" + signal_path + "; exit' TERM; echo $$ >" + path +
                           "; i=0; while [ $((i += 1)) -lt 30000 ]; do sleep 0.01; done"}});
    for (;;) ::pause();
  }
  const WatchedProcess command(std::stoi(line_of(path)));
  CHECK(!command.has_ended());
  ::kill(parent, SIGKILL);
  CHECK(command.ends());
  CHECK(line_of(signal_path) == "TERM");
  ::waitpid(parent, nullptr, 0);
}
