// estream-produce: appends events to a topic. See man/estream-produce.1.

#include "cli/run.h"
#include "io/posix_system.h"
#include "io/signals.h"
#include "tool/produce/produce.h"

using namespace estream;

static Result<cli::ExitStatus> produce(cli::Args args) {
  static io::PosixSystem system;
  return tool::produce(system, args);
}

int main(int argc, char** argv) {
  io::guard_standard_descriptors();
  io::catch_stop_signals();
  return cli::run("estream-produce", argc, argv, produce);
}
