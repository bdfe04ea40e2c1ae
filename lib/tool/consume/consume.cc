#include "tool/consume/consume.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
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

using Ends = std::map<std::pair<std::uint64_t, std::uint64_t>, Offset>;

// Where the partitions end that are there already while others are waited for.
Result<Ends> ends_at_start(io::System& system, const SourceRequest& request) {
  Ends ends;
  for (const std::string& topic : request.topics) {
    SourceRequest one = request;
    one.topics = {topic};
    auto sources = open_sources(system, one);
    if (!sources) continue;
    for (PartitionSource& source : *sources) {
      ends[TRY(place_of(source.reader))] = TRY(visible_end(source));
    }
  }
  return ends;
}

// What came after the start is news from its beginning, and what was there from its end then.
Result<void> set_latest(std::vector<PartitionSource>& sources, const Ends& ends) {
  for (PartitionSource& source : sources) {
    const auto found = ends.find(TRY(place_of(source.reader)));
    source.latest = found == ends.end() ? Offset{0} : found->second;
  }
  return {};
}

// Nothing when the time was over, or a signal came, before the topic.
Result<std::vector<PartitionSource>> wait_for_sources(io::System& system,
                                                      const ConsumeOptions& options,
                                                      const EndCondition& end) {
  std::optional<Ends> ends;
  for (;;) {
    auto sources = open_sources(system, options.request.sources);
    if (sources && ends) TRY(set_latest(*sources, *ends));
    const bool is_missing = !sources && sources.error().code == Error::Code::not_found;
    if (!is_missing || !options.waits_for_topic) return sources;
    if (!ends) ends = TRY(ends_at_start(system, options.request.sources));
    if (end.is_met()) return std::vector<PartitionSource>();
    std::array<io::PollEntry, 1> stop = {{{.fd = io::stop_descriptor()}}};
    system.poll(stop, topic_poll_ms);
  }
}

Result<cli::ExitStatus> consume_with(io::System& system, const ConsumeOptions& options) {
  const EndCondition end(system, options.timeout_ns);
  io::Output output(system, io::standard_output, "standard output");
  io::enlarge_pipe(io::standard_output);
  output.limit_waits(end.deadline_ns());
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
