#include "tool/replay/replay.h"

#include <utility>

#include "io/output.h"
#include "io/user_file.h"
#include "tool/lookup/lookups.h"
#include "tool/replay/branch_job.h"
#include "tool/replay/replay_input.h"
#include "tool/replay/replay_options.h"
#include "tool/replay/replay_run.h"
#include "tool/replay/state_job.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

namespace {

// A branch is made at once; a command of --bisect may use the terminal itself.
bool shows_progress(ReplayOptions::Job job) {
  return job != ReplayOptions::Job::branch && job != ReplayOptions::Job::bisect;
}

Result<cli::ExitStatus> replay_with(io::System& system, const ReplayOptions& options) {
  const read::EndCondition end(system, options.timeout_ns);
  io::Output output(system, io::standard_output, "standard output");
  io::enlarge_pipe(io::standard_output);
  output.limit_waits(end.deadline_ns());
  std::optional<WorkProgress> progress;
  if (shows_progress(options.job)) {
    const bool is_copy = options.job == ReplayOptions::Job::copy || options.is_dry_run;
    progress.emplace(system, is_copy ? "copied" : "read", options.progress,
                     is_copy ? OutputDuring::nothing : OutputDuring::events);
  }
  switch (options.job) {
    case ReplayOptions::Job::branch:
      return branch_topic(system, options);
    case ReplayOptions::Job::state:
      return print_state(system, options, end, output);
    case ReplayOptions::Job::bisect:
      return bisect_topics(system, options, end, output);
    case ReplayOptions::Job::print:
    case ReplayOptions::Job::copy:
      break;
  }
  std::vector<read::PartitionSource> sources =
      TRY(read::open_sources(system, options.request.sources));
  Lookups lookups(system, options.lookup, end);
  TRY(open_lookups(lookups, options));
  ReplayRun run(system, options, lookups, output, end);
  TRY(run.plan(std::move(sources)));
  return run.run();
}

}  // namespace

Result<cli::ExitStatus> replay(io::System& system, cli::Args args) {
  return run_command(system, parse_replay_options(system, args), replay_with);
}

}  // namespace estream::tool
