#include "tool/consume/consume.h"

#include <array>
#include <utility>

#include "io/output.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "tool/consume/options.h"
#include "tool/consume/run.h"
#include "tool/read/end_condition.h"
#include "tool/read/partition_source.h"

namespace estream::tool {

namespace {

constexpr int topic_poll_ms = 50;

// Nothing when the time was over, or a signal came, before the topic.
Result<std::vector<PartitionSource>> wait_for_sources(io::System& system,
                                                      const ConsumeOptions& options,
                                                      const EndCondition& end) {
  for (;;) {
    auto sources = open_sources(system, options.request.sources);
    const bool is_missing = !sources && sources.error().code == Error::Code::not_found;
    if (!is_missing || !options.waits_for_topic) return sources;
    if (end.is_met()) return std::vector<PartitionSource>();
    std::array<io::PollEntry, 1> stop = {{{.fd = io::stop_descriptor()}}};
    system.poll(stop, topic_poll_ms);
  }
}

Result<cli::ExitStatus> consume_with(io::System& system, const ConsumeOptions& options) {
  const EndCondition end(system, options.timeout_ns);
  io::Output output(system, io::standard_output, "standard output");
  io::enlarge_pipe(io::standard_output);
  std::vector<PartitionSource> sources = TRY(wait_for_sources(system, options, end));
  if (sources.empty()) return cli::ExitStatus::timed_out;
  ConsumeRun run(system, options, output, end);
  TRY(run.plan(std::move(sources)));
  return run.run();
}

}  // namespace

Result<cli::ExitStatus> consume(io::System& system, cli::Args args) {
  return run_command(system, parse_consume_options(args), consume_with);
}

}  // namespace estream::tool
