// estream-compact: deletes or rewrites old data of topics. See man/estream-compact.1.

#include "cli/run.h"
#include "io/posix_system.h"
#include "io/signals.h"
#include "tool/compact/compact.h"

using namespace estream;

static Result<cli::ExitStatus> compact(cli::Args args) {
  static io::PosixSystem system;
  return tool::compact(system, args);
}

int main(int argc, char** argv) {
  io::guard_standard_descriptors();
  io::catch_stop_signals();
  return cli::run("estream-compact", argc, argv, compact);
}
