#include "cli/run.h"
#include "cli/sample_table.h"

// A tool that is nothing but its options, for tests/shell/completion.sh.

using namespace estream;

static Result<cli::ExitStatus> sample(cli::Args args) {
  cli::Sample sample;
  const cli::ParseOutcome outcome = TRY(sample.table.parse(args));
  if (outcome.action != cli::ParseOutcome::Action::run) return cli::print(outcome.text);
  return cli::ExitStatus::done;
}

int main(int argc, char** argv) { return cli::run("estream-sample", argc, argv, sample); }
