#pragma once

#include <utility>

#include "base/result.h"
#include "cli/options.h"
#include "cli/run.h"
#include "io/signals.h"
#include "io/system.h"
#include "text/say.h"
#include "tool/arguments/read_arguments.h"
#include "tool/user_config.h"

namespace estream::tool {

// A command line that was read: what it asks for, and the options when that is to run.
template <class Options>
struct Command {
  cli::ParseOutcome outcome = {};
  Options options = {};
};

// Reads a command line: `table_of` makes the table that writes to `Arguments`, which has a member
// `read`, and `checked` makes the options of them. Sets how much is said on stderr.
template <class Arguments, class TableOf, class Checked>
auto parse_command(io::System& system, cli::Args args, TableOf table_of, Checked checked)
    -> Result<Command<std::decay_t<decltype(*checked(std::declval<Arguments&>()))>>> {
  Arguments typed;
  const cli::OptionTable table = table_of(typed);
  Command<std::decay_t<decltype(*checked(typed))>> command;
  command.outcome = TRY(table.parse(args, user_config(system)));
  if (command.outcome.action != cli::ParseOutcome::Action::run) return command;
  typed.read.configured = command.outcome.configured;
  text::set_verbosity(typed.read.is_quiet ? -1 : typed.read.verbosity);
  TRY(read_zone(system, typed.read.zone, typed.read.configured));
  if (!typed.read.is_regex) TRY(check_topic_arguments(system, typed.read.topics));
  command.options = TRY(checked(typed));
  return command;
}

// Does what the command line asks for. A stop signal that came meanwhile ends the process as it
// would have, once the run has put everything in order.
template <class Options, class Run>
Result<cli::ExitStatus> run_command(io::System& system, const Result<Command<Options>>& command,
                                    Run run) {
  if (!command) return command.error();
  if (command->outcome.action != cli::ParseOutcome::Action::run) {
    return cli::print(command->outcome.text);
  }
  Result<cli::ExitStatus> status = run(system, command->options);
  if (io::stop_signal() != 0) {
    if (!status) text::say(text::Level::error, status.error().message);
    io::die_of(io::stop_signal());
  }
  return status;
}

}  // namespace estream::tool
