#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace estream::io {

// How a process ended.
struct ProcessEnd {
  int status = 0;  // Its exit status, when no signal killed it.
  int signal = 0;  // The signal that killed it, or 0.
};

// A command line that /bin/sh runs, with a pipe from this process as its standard input. Its output
// goes to this process's standard error, because standard output is for the result of the tool. It
// gets no other descriptors. SIGPIPE is as it was before this process ignored it.
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

  // The descriptor to write to. If the command has closed its end, a write fails with EPIPE.
  int input() const { return input_; }
  // Ends the input of the command.
  void close_input();

  // Returns when the process has ended. A signal that asks this process for an orderly end (see
  // io/signals.h) is passed on to it.
  Result<ProcessEnd> wait();

 private:
  Process(int id, int input) : id_(id), input_(input) {}

  int id_;
  int input_;
};

}  // namespace estream::io
