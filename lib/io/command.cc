#include "io/command.h"

#include <fcntl.h>
#include <sys/ioctl.h>
// glibc 2.36 declares it as if it were C++.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "io/child_plan.h"
#include "io/deadline.h"
#include "io/file.h"
#include "io/posix_system.h"

namespace estream::io {

namespace {

constexpr std::size_t full_pipe_bytes = 64 << 10;

Error not_started(const std::string& name, int failure) {
  Error error = system_error(name, "be started", -failure);
  if (failure == ENOENT || failure == ENOTDIR) error.code = Error::Code::not_found;
  return error;
}

// The same when the file itself is there.
Error not_executed(const std::string& name, const std::string& path, int failure) {
  if (failure == ENOENT && ::access(path.c_str(), F_OK) == 0) {
    return {Error::Code::not_found,
            name + ": cannot be started: the interpreter in its first line does not exist"};
  }
  Error error = not_started(name, failure);
  if (failure == ENOEXEC) error.message += "; a script must begin with a line such as #!/bin/sh";
  return error;
}

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

// Returns 0, or the errno of the failure.
int open_pipe(Pipe& pipe) {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  pipe = {Descriptor(ends[0]), Descriptor(ends[1])};
  return 0;
}

int set_non_blocking(const Descriptor& end) {
  return ::fcntl(end.fd(), F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

void reap(int id) {
  while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) continue;
}

// The pipes of one start. The ends of the command are closed here as soon as it has them.
struct Pipes {
  Pipe input;
  Pipe output;
  Pipe report;

  int open(const CommandOptions& options) {
    int failure = open_pipe(report);
    if (failure == 0 && options.input < 0) {
      failure = open_pipe(input);
      if (failure == 0) failure = set_non_blocking(input.writing);
    }
    if (failure == 0 && options.has_output_pipe) {
      failure = open_pipe(output);
      if (failure == 0) failure = set_non_blocking(output.reading);
    }
    return failure;
  }

  void close_ends_of_command() {
    input.reading.close();
    output.writing.close();
    report.writing.close();
  }

  // Returns 0 when the program is executed: then the kernel closes the end of the child.
  int read_report() const {
    int failure = 0;
    ssize_t count = 0;
    do {
      count = ::read(report.reading.fd(), &failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    return count == sizeof failure ? failure : 0;
  }
};

// Returns the id of the child, or a negated errno. vfork() does not copy the page tables: with 200
// MiB in memory, fork() takes 20 ms, which is more than many commands take. Until it is another
// program, the child works in the memory of this process, and this thread waits.
int fork_child(const ChildPlan& plan) {
  const int parent = ::getpid();
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  // A handler of this process would run in the child, too.
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t id = ::vfork();             // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (id == 0) plan.run(before, parent);  // NOLINT(clang-analyzer-unix.Vfork)
  const int answer = id < 0 ? -errno : id;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return answer;
}

}  // namespace

Result<Command> Command::start(const CommandOptions& options) {
  ASSERT(!options.arguments.empty());
  ASSERT(options.input < 0 || options.input > STDERR_FILENO);
  const std::string& name = options.arguments.front();
  int failure = 0;
  const std::string path = find_program(name, failure);
  if (path.empty()) return not_started(name, failure);
  Pipes pipes;
  if (failure = pipes.open(options); failure != 0) return not_started(name, failure);
  const int input = options.input >= 0 ? options.input : pipes.input.reading.fd();
  const ChildPlan plan(path, options.arguments, options.environment,
                       {.input = input,
                        .output = pipes.output.writing.fd(),
                        .lock = options.lock,
                        .report = pipes.report.writing.fd()});
  const int id = fork_child(plan);
  if (id < 0) return not_started(name, -id);
  pipes.close_ends_of_command();
  failure = pipes.read_report();
  if (failure != 0) {
    reap(id);
    return not_executed(name, path, failure);
  }
  const int descriptor = ::pidfd_open(id, 0);
  failure = errno;
  // From here on, a return kills it.
  Command command(name, Child(id, descriptor), std::move(pipes.input.writing),
                  std::move(pipes.output.reading));
  if (descriptor < 0) return not_started(name, failure);
  return command;
}

Command::~Command() {
  if (process_.id < 0) return;
  const auto ended = end();
  if (!ended || !*ended) kill();
  reap(process_.id);
}

Result<std::size_t> Command::write_some(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size() && input_.is_open()) {
    const ssize_t count = ::write(input_.fd(), bytes.data() + done, bytes.size() - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno == EPIPE) {
      left_unread_ = TRY(unread_bytes());
      input_.close();
    } else if (errno != EINTR) {
      return system_error(name_, "be written to", -errno);
    }
  }
  return done;
}

Result<std::size_t> Command::unread_bytes() const {
  if (left_unread_) return *left_unread_;
  int count = 0;
  if (::ioctl(input_.fd(), FIONREAD, &count) != 0) {
    return system_error(name_, "be asked how much it has read", -errno);
  }
  return static_cast<std::size_t>(count);
}

Result<void> Command::read_some(std::string& out, std::size_t bytes_max) {
  std::array<char, full_pipe_bytes> piece;
  while (bytes_max > 0 && output_.is_open()) {
    const ssize_t count = ::read(output_.fd(), piece.data(), std::min(bytes_max, piece.size()));
    if (count > 0) {
      out.append(piece.data(), static_cast<std::size_t>(count));
      bytes_max -= static_cast<std::size_t>(count);
    } else if (count == 0) {
      output_.close();
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      return system_error(name_, "be read from", -errno);
    }
  }
  return {};
}

Result<std::optional<ProcessEnd>> Command::end() const {
  siginfo_t info = {};
  while (::waitid(P_PID, static_cast<id_t>(process_.id), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    if (errno != EINTR) return system_error(name_, "be waited for", -errno);
  }
  if (info.si_pid == 0) return std::optional<ProcessEnd>();
  ProcessEnd end;
  (info.si_code == CLD_EXITED ? end.status : end.signal) = info.si_status;
  return std::optional(end);
}

Result<bool> Command::wait(std::int64_t timeout_ns) {
  PosixSystem system;
  const std::int64_t deadline_ns = deadline_after(system, timeout_ns);
  for (;;) {
    const auto ended = TRY(end());
    if (ended) return true;
    const std::int64_t left_ns = deadline_ns - system.monotonic_ns();
    if (left_ns <= 0) return false;
    std::array<PollEntry, 2> entries = {{{.fd = process()}, {.fd = output()}}};
    system.poll(entries, poll_ms(left_ns));
    std::string dropped;
    TRY(read_some(dropped, full_pipe_bytes));
    has_dropped_ = has_dropped_ || !dropped.empty();
  }
}

void Command::signal(int number) {
  if (process_.id >= 0) ::kill(-process_.id, number);
}

void Command::ask_to_end() { signal(SIGTERM); }
void Command::kill() { signal(SIGKILL); }

}  // namespace estream::io
