// estream-consume: prints the events of topics. See man/estream-consume.1.

#include "cli/run.h"
#include "io/posix_system.h"
#include "io/signals.h"
#include "tool/consume/consume.h"

using namespace estream;

static Result<cli::ExitStatus> consume(cli::Args args) {
  static io::PosixSystem system;
  return tool::consume(system, args);
}

int main(int argc, char** argv) {
  io::guard_standard_descriptors();
  io::catch_stop_signals();
  return cli::run("estream-consume", argc, argv, consume);
}
