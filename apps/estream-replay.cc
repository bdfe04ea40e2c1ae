// estream-replay: runs the past of topics again. See man/estream-replay.1.

#include "cli/run.h"
#include "io/posix_system.h"
#include "io/signals.h"
#include "tool/replay/replay.h"

using namespace estream;

static Result<cli::ExitStatus> replay(cli::Args args) {
  static io::PosixSystem system;
  return tool::replay(system, args);
}

int main(int argc, char** argv) {
  io::guard_standard_descriptors();
  io::catch_stop_signals();
  return cli::run("estream-replay", argc, argv, replay);
}
