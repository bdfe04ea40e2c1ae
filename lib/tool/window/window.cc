#include "tool/window/window.h"

#include <utility>
#include <vector>

#include "io/output.h"
#include "io/user_file.h"
#include "read/end_condition.h"
#include "read/topic_wait.h"
#include "tool/window/explanation.h"
#include "tool/window/group_windows.h"
#include "tool/window/input_run.h"
#include "tool/window/window_options.h"
#include "tool/window/window_run.h"

namespace estream::tool {

namespace {

Result<cli::ExitStatus> explain(io::System& system, const WindowOptions& options,
                                const read::EndCondition& end, io::Output& output) {
  TRY(output.write(explanation_of(options)));
  if (options.is_dry_run) {
    std::vector<read::PartitionSource> sources = TRY(
        read::wait_for_sources(system, options.request.sources, read::MissingTopic::is_error, end));
    WindowOptions counted = options;
    counted.follows = false;
    WindowRun run(system, counted, nullptr, end);
    TRY(run.plan(std::move(sources)));
    TRY(run.run());
    TRY(output.write(dry_run_of(run)));
  }
  TRY(output.flush());
  return cli::ExitStatus::done;
}

Result<cli::ExitStatus> compute(io::System& system, const WindowOptions& options) {
  const read::EndCondition end(system, options.timeout_ns);
  io::Output output(system, io::standard_output, "standard output");
  if (options.is_explained) return explain(system, options, end, output);
  io::enlarge_pipe(io::standard_output);
  output.limit_waits(end.deadline_ns());
  if (options.input) return InputRun(system, options, output, end).run();
  const auto missing =
      options.waits_for_topic ? read::MissingTopic::is_waited_for : read::MissingTopic::is_error;
  std::vector<read::PartitionSource> sources =
      TRY(read::wait_for_sources(system, options.request.sources, missing, end));
  if (sources.empty()) return cli::ExitStatus::timed_out;
  if (options.group) {
    const std::vector<read::PartitionPlace> places(sources.begin(), sources.end());
    return GroupWindows(system, options, output, end).run(places);
  }
  WindowRun run(system, options, &output, end);
  TRY(run.plan(std::move(sources)));
  return run.run();
}

}  // namespace

Result<cli::ExitStatus> window_tool(io::System& system, cli::Args args) {
  return run_command(system, parse_window_options(system, args), compute);
}

}  // namespace estream::tool
