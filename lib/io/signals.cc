#include "io/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace estream::io {

namespace {

constexpr std::array stop_signals = {SIGINT, SIGTERM, SIGHUP};
constexpr int pipe_bytes = 1 << 20;

// Whether this process catches the signal at the same place in the list above. If not, the process
// was started with this signal ignored.
std::array<bool, stop_signals.size()> is_ours = {};
std::atomic<int> caught = 0;
std::atomic<bool> is_requested = false;
std::array<int, 2> wake_pipe = {-1, -1};
bool was_pipe_ignored = false;
bool was_file_limit_ignored = false;

void on_stop(int signal) {
  const int saved = errno;
  caught = signal;
  // The next signal that is caught kills the process.
  for (std::size_t i = 0; i < stop_signals.size(); i++) {
    if (is_ours[i]) ::signal(stop_signals[i], SIG_DFL);
  }
  [[maybe_unused]] const auto ignored = ::write(wake_pipe[1], "", 1);
  errno = saved;
}

bool is_ignored(int signal) {
  struct sigaction now = {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void catch_stop_signals() {
  was_pipe_ignored = is_ignored(SIGPIPE);
  was_file_limit_ignored = is_ignored(SIGXFSZ);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  if (is_ignored(SIGCHLD)) ::signal(SIGCHLD, SIG_DFL);
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  struct sigaction action = {};
  action.sa_handler = on_stop;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < stop_signals.size(); i++) {
    // A signal that nohup, or a shell for a background job, ignores stays ignored.
    is_ours[i] = !is_ignored(stop_signals[i]);
    if (is_ours[i]) ::sigaction(stop_signals[i], &action, nullptr);
  }
}

std::vector<int> changed_signals() {
  std::vector<int> changed;
  if (!was_pipe_ignored) changed.push_back(SIGPIPE);
  if (!was_file_limit_ignored) changed.push_back(SIGXFSZ);
  // These have the handler above. It must not run in a child that has not become another program
  // yet, because the child shares the wake pipe.
  for (std::size_t i = 0; i < stop_signals.size(); i++) {
    if (is_ours[i]) changed.push_back(stop_signals[i]);
  }
  return changed;
}

namespace {

// Only for signals that are caught: not for ignored ones, and not after the first one has come.
void set_restart(bool restarts) {
  for (const int signal : stop_signals) {
    struct sigaction action = {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler != on_stop) continue;
    action.sa_flags = restarts ? SA_RESTART : 0;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

Interruptible::Interruptible() { set_restart(false); }
Interruptible::~Interruptible() { set_restart(true); }

int stop_signal() { return caught; }
void request_stop() {
  is_requested = true;
  [[maybe_unused]] const auto ignored = ::write(wake_pipe[1], "", 1);
}

bool is_stop_requested() { return is_requested || caught != 0; }

int stop_descriptor() { return wake_pipe[0]; }

void wait_for_stop(System& system, int timeout_ms) {
  std::array<PollEntry, 1> stop = {{{.fd = stop_descriptor()}}};
  system.poll(stop, timeout_ms);
}

void die_of(int signal) {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void guard_standard_descriptors() {
  for (int fd = 0; fd <= 2; fd++) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Standard input is opened only for writing, and the others
    // only for reading, so that their use is an error.
    ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

void enlarge_pipe(int fd) { ::fcntl(fd, F_SETPIPE_SZ, pipe_bytes); }

}  // namespace estream::io
