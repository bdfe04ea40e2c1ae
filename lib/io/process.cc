#include "io/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
// glibc 2.36 declares it as if it were C++.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "io/file.h"
#include "io/file_limit.h"
#include "io/signals.h"

namespace estream::io {

namespace {

// The steps of the child before it becomes the shell. Close-on-exec closes all other descriptors.
class SpawnPlan {
 public:
  explicit SpawnPlan(int input) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    ::posix_spawnattr_init(&attributes_);
    sigset_t defaults;
    ::sigemptyset(&defaults);
    for (const int signal : changed_signals()) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Returns 0, or the errno of the failure.
  int run_shell(const std::string& command, pid_t& id) const {
    // The interface takes arguments that are not const, but does not change them.
    std::string shell = "sh";
    std::string flag = "-c";
    std::string text = command;
    std::string limited = R"(ulimit -S -n "$1"; exec /bin/sh -c "$0")";
    std::string limit = std::to_string(file_limit_before().value_or(0));
    if (file_limit_before()) {
      const std::array<char*, 6> arguments = {shell.data(), flag.data(),  limited.data(),
                                              text.data(),  limit.data(), nullptr};
      return ::posix_spawn(&id, "/bin/sh", &actions_, &attributes_, arguments.data(), environ);
    }
    const std::array<char*, 4> arguments = {shell.data(), flag.data(), text.data(), nullptr};
    return ::posix_spawn(&id, "/bin/sh", &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// Waits until the process has ended. The first stop signal for this process is passed on to it.
void wait_or_pass_on(pid_t id) {
  const int process = ::pidfd_open(id, 0);
  if (process < 0) return;
  std::array<pollfd, 2> entries = {{{process, POLLIN, 0}, {stop_descriptor(), POLLIN, 0}}};
  while (::poll(entries.data(), entries.size(), -1) < 0 && errno == EINTR) continue;
  if (entries[0].revents == 0 && stop_signal() != 0) ::kill(id, stop_signal());
  ::close(process);
}

}  // namespace

Result<Process> Process::start(const std::string& command) {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error(command, "start", -errno);
  pid_t id = -1;
  const int failure = SpawnPlan(ends[0]).run_shell(command, id);
  ::close(ends[0]);
  if (failure != 0) {
    ::close(ends[1]);
    return system_error(command, "start", -failure);
  }
  return Process(id, ends[1]);
}

Process::~Process() {
  if (id_ >= 0) [[maybe_unused]]
    const auto ignored = wait();
}

void Process::close_input() {
  if (input_ >= 0) ::close(std::exchange(input_, -1));
}

Result<ProcessEnd> Process::wait() {
  ASSERT(id_ >= 0);
  close_input();
  const pid_t id = std::exchange(id_, -1);
  wait_or_pass_on(id);
  int status = 0;
  while (::waitpid(id, &status, 0) < 0) {
    if (errno != EINTR) return system_error("process " + std::to_string(id), "wait for", -errno);
  }
  ProcessEnd end;
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.status = WEXITSTATUS(status);
  return end;
}

}  // namespace estream::io
