#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace estream::io {

// How a process ended.
struct ProcessEnd {
  int status = 0;  // What it exited with, when no signal killed it.
  int signal = 0;  // The one that killed it, or 0.
};

// A command line run by /bin/sh, with a pipe from us as its standard input. What it prints goes to
// our standard error, because our standard output belongs to our own answer. It gets none of our
// other descriptors, and SIGPIPE as if we had never ignored it.
//
//   Process process = TRY(Process::start(command));
//   write(process.input()) ...; process.close_input();
//   const ProcessEnd end = TRY(process.wait());
//
// Moved, never copied. The destructor closes the pipe and waits.
class Process {
 public:
  static Result<Process> start(const std::string& command);
  ~Process();
  Process(Process&& other) noexcept
      : id_(std::exchange(other.id_, -1)), input_(std::exchange(other.input_, -1)) {}
  Process& operator=(Process&&) = delete;

  // To be written to. The command may have closed its end: then a write is refused with EPIPE.
  int input() const { return input_; }
  // The command sees the end of its input.
  void close_input();

  // Returns when the process has ended. A signal that asks us for an orderly end, see
  // io/signals.h, is passed on to it.
  Result<ProcessEnd> wait();

 private:
  Process(int id, int input) : id_(id), input_(input) {}

  int id_;
  int input_;
};

}  // namespace estream::io
