// estream-window: computes over windows of event time. See man/estream-window.1.

#include "cli/run.h"
#include "io/posix_system.h"
#include "io/signals.h"
#include "tool/window/window.h"

using namespace estream;

static Result<cli::ExitStatus> window(cli::Args args) {
  static io::PosixSystem system;
  return tool::window_tool(system, args);
}

int main(int argc, char** argv) {
  io::guard_standard_descriptors();
  io::catch_stop_signals();
  return cli::run("estream-window", argc, argv, window);
}
