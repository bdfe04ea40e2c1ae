#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace estream::cli {

// The arguments of a process, without its name.
using Args = std::span<const std::string_view>;

// How a tool ends; one table for all six. Death by a signal is the shell's 128 + n.
enum class ExitStatus {
  done = 0,
  no = 1,            // A question was asked, and the answer is no.
  error = 2,         // The output may be incomplete.
  data_problem = 3,  // Corrupt batches or rejected events; everything else was done.
  temporary = 75,    // Locked, or out of reach; the same command may work later.
  timed_out = 124,
};

ExitStatus exit_status(Error::Code code);

// The body of main: names the process for diagnostics, runs the tool, prints its error as one line
// on stderr, and answers with the exit status. Whatever a library may throw past its wrapper, out
// of memory included, is also one line and ExitStatus::error.
//
//   int main(int argc, char** argv) { return cli::run("estream-produce", argc, argv, produce); }
int run(std::string_view tool_name, int argc, char** argv, Result<ExitStatus> (*tool)(Args));

// Writes `text` to stdout and flushes it: --help and the like. A closed pipe is not an error.
Result<ExitStatus> print(std::string_view text);

}  // namespace estream::cli
