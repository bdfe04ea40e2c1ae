#include "tool/consume/consume.h"

#include <utility>
#include <vector>

#include "io/output.h"
#include "io/user_file.h"
#include "read/end_condition.h"
#include "read/topic_wait.h"
#include "tool/consume/consume_options.h"
#include "tool/consume/consume_run.h"
#include "tool/consume/group_admin.h"
#include "tool/consume/group_run.h"
#include "tool/consume/group_work.h"
#include "tool/lookup/lookups.h"

namespace estream::tool {

namespace {

read::MissingTopic missing_topic(const ConsumeOptions& options) {
  return options.waits_for_topic ? read::MissingTopic::is_waited_for : read::MissingTopic::is_error;
}

// After the topics that are read.
Result<bool> open_lookups(Lookups& lookups, const ConsumeOptions& options) {
  return lookups.open(options.request.sources, options.request.times.until, options.follows,
                      missing_topic(options));
}

Result<cli::ExitStatus> consume_as_group(io::System& system, const ConsumeOptions& options,
                                         io::Output& output, const read::EndCondition& end) {
  if (options.group->job == GroupOptions::Job::forget) return forget_group(system, options);
  if (options.group->job == GroupOptions::Job::settle) return settle_group(system, options);
  const std::vector<read::PartitionSource> sources =
      TRY(read::wait_for_sources(system, options.request.sources, missing_topic(options), end));
  if (sources.empty()) return cli::ExitStatus::timed_out;
  const std::vector<read::PartitionPlace> places(sources.begin(), sources.end());
  if (options.group->job == GroupOptions::Job::seek) {
    return seek_group(options, places, output);
  }
  Lookups lookups(system, options.lookup, end);
  const bool is_open = TRY(open_lookups(lookups, options));
  if (!is_open) return cli::ExitStatus::timed_out;
  if (options.work) return GroupWork(system, options, lookups, output, end).run(places);
  return GroupRun(system, options, lookups, output, end).run(places);
}

Result<cli::ExitStatus> consume_with(io::System& system, const ConsumeOptions& options) {
  const read::EndCondition end(system, options.timeout_ns);
  io::Output output(system, io::standard_output, "standard output");
  io::enlarge_pipe(io::standard_output);
  output.limit_waits(end.deadline_ns());
  if (options.group && options.group->job != GroupOptions::Job::read) {
    return consume_as_group(system, options, output, end);
  }
  std::vector<read::PartitionSource> sources =
      TRY(read::wait_for_sources(system, options.request.sources, missing_topic(options), end));
  if (sources.empty()) return cli::ExitStatus::timed_out;
  Lookups lookups(system, options.lookup, end);
  const bool is_open = TRY(open_lookups(lookups, options));
  if (!is_open) return cli::ExitStatus::timed_out;
  ConsumeRun run(system, options, lookups, output, end);
  TRY(run.plan(std::move(sources)));
  return run.run();
}

}  // namespace

Result<cli::ExitStatus> consume(io::System& system, cli::Args args) {
  return run_command(system, parse_consume_options(system, args), consume_with);
}

}  // namespace estream::tool
