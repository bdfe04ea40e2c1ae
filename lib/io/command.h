#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/descriptor.h"
#include "io/process.h"

namespace estream::io {

struct CommandOptions {
  // The program and its arguments. A program without a slash is looked up in PATH.
  std::vector<std::string> arguments;
  // In addition to the environment of this process, or instead of variables that it has.
  std::vector<std::pair<std::string, std::string>> environment = {};
  // What the command reads as its standard input; above 2. -1: a pipe from this process.
  int input = -1;
  // Its standard output is a pipe to this process. Else it is the one of this process.
  bool has_output_pipe = false;
  // One more descriptor that the command inherits, and with it every process that it starts. It
  // gets a number from 10 on, because scripts use smaller ones for files of their own. -1: none.
  int lock = -1;
};

// A program that is started directly, without a shell. No call waits for it, except wait() and the
// destructor. The program gets descriptors 0, 1 and 2 and the lock, and nothing else. Signals and
// the limit of open files are as they were before this process changed them. The program is in a
// process group of its own, so it gets no signal from the terminal. It gets SIGTERM when the thread
// that has started it ends: start it from a thread that lives as long as the process.
//
//   Command command = TRY(Command::start({.arguments = {"jq", "-c", "."}, ...}));
//   poll(input() for output, output(), process()), write_some(), read_some(), end()
//
// A process that has ended stays as a zombie until the Command is destroyed. Until then no other
// process and no other group can get its id, so signal() never meets a stranger.
//
// Moved, never copied. If the process still runs, the destructor kills its whole group.
class Command {
 public:
  // "PROGRAM: cannot be started: REASON", with Error::Code::not_found when there is no such
  // program.
  static Result<Command> start(const CommandOptions& options);
  ~Command();
  Command(Command&& other) noexcept = default;
  Command& operator=(Command&&) = delete;

  int id() const { return process_.id; }

  // What to poll: the process (readable when it has ended), the pipe that it reads (writable), and
  // the one that it prints to (readable). -1 for a pipe that does not exist or is closed.
  int process() const { return process_.descriptor.fd(); }
  int input() const { return input_.fd(); }
  int output() const { return output_.fd(); }

  // Writes as much as the pipe takes without a wait, and returns how much. If the command has
  // closed its end, the pipe is closed here too. SIGPIPE must be ignored.
  Result<std::size_t> write_some(std::string_view bytes);
  // How many bytes the command has not read from its pipe. Not after close_input().
  Result<std::size_t> unread_bytes() const;
  void close_input() { input_.close(); }

  // Appends to `out` what the command has printed so far, at most `bytes_max` bytes. When nobody
  // can print any more, the pipe is closed.
  Result<void> read_some(std::string& out, std::size_t bytes_max);

  // How the process has ended; nothing while it runs.
  Result<std::optional<ProcessEnd>> end() const;
  // Waits until the process has ended, or until the time is over. Returns false then. Drops what it
  // prints, so that it does not wait for this process.
  Result<bool> wait(std::int64_t timeout_ns);
  // Whether wait() has dropped something.
  bool has_dropped() const { return has_dropped_; }
  // To the whole group; whoever is gone already does not matter.
  void signal(int number);
  void ask_to_end();  // SIGTERM.
  void kill();        // SIGKILL.

 private:
  // The id is gone from a moved one.
  struct Child {
    Child(int number, int fd) : id(number), descriptor(fd) {}
    Child(Child&& other) noexcept
        : id(std::exchange(other.id, -1)), descriptor(std::move(other.descriptor)) {}

    int id;
    Descriptor descriptor;
  };

  Command(std::string name, Child process, Descriptor input, Descriptor output)
      : name_(std::move(name)),
        process_(std::move(process)),
        input_(std::move(input)),
        output_(std::move(output)) {}

  std::string name_;
  Child process_;
  Descriptor input_;
  Descriptor output_;
  std::optional<std::size_t> left_unread_;  // When the command closed its end.
  bool has_dropped_ = false;
};

}  // namespace estream::io
