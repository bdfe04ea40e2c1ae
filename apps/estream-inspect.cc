// estream-inspect: shows, proves and checks what is in topics. See man/estream-inspect.1.

#include "cli/run.h"
#include "io/posix_system.h"
#include "io/signals.h"
#include "tool/inspect/inspect.h"

using namespace estream;

static Result<cli::ExitStatus> inspect(cli::Args args) {
  static io::PosixSystem system;
  return tool::inspect(system, args);
}

int main(int argc, char** argv) {
  io::guard_standard_descriptors();
  io::catch_stop_signals();
  return cli::run("estream-inspect", argc, argv, inspect);
}
