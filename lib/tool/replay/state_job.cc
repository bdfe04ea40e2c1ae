#include "tool/replay/state_job.h"

#include <string>
#include <utility>

#include "base/work_meter.h"
#include "cli/environment.h"
#include "read/record_sink.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/replay/bisect.h"
#include "tool/replay/replay_input.h"
#include "tool/replay/state_run.h"

namespace estream::tool {

namespace {

// The windows are fixed now, and the sources opened again for each reading.
Result<ReplayInput> input_of(io::System& system, const ReplayOptions& options, Lookups& lookups) {
  ReplayInput input;
  input.open = [&system, &options] { return read::open_sources(system, options.request.sources); };
  input.feed = options.feed;
  input.plan.selection = options.request.selection;
  input.plan.shape = options.shape;
  std::vector<read::PartitionSource> sources = TRY(input.open());
  TRY(read::check_positions(options.request, sources));
  for (read::PartitionSource& source : sources) {
    const Offset begin = TRY(read::resolve_begin(source, options.request));
    const read::ReadWindow window =
        TRY(read::resolve_window(source, options.request, begin, read::Horizon::now));
    read::say_window(source.name, window, options.request.zone);
    input.plan.sources.push_back({source.topic->name(), source.partition, window});
    // It is read twice: for the last of each key, and to get them.
    for (int i = 0; i < 2; i++) add_to_total(window);
  }
  TRY(open_lookups(lookups, options));
  TRY(lookups.refresh());
  input.plan.enrichment = lookups.enrichment();
  return input;
}

StateOptions state_options(const ReplayOptions& options) {
  StateOptions state;
  state.latest.key_path = options.key_field;
  if (options.includes_deleted) state.deleted = Deleted::included;
  state.memory_bytes = static_cast<std::size_t>(options.memory_bytes);
  state.temporary_directory = cli::temporary_directory();
  return state;
}

// By a signal, or because the time of -T was over.
cli::ExitStatus stopped(const char* before) {
  text::say(text::Level::error, std::string("stopped before ") + before + "; run it again");
  return cli::ExitStatus::timed_out;
}

}  // namespace

Result<cli::ExitStatus> print_state(io::System& system, const ReplayOptions& options,
                                    const read::EndCondition& end, io::Output& output) {
  Lookups lookups(system, options.lookup, end);
  const ReplayInput input = TRY(input_of(system, options, lookups));
  StateRun run(system, input, state_options(options));
  const bool is_collected = TRY(run.collect(end));
  if (!is_collected) return stopped("all was read, so nothing is printed");
  read::RecordSink sink(options.sink, input.plan, output);
  const auto take = [&sink](const read::BatchWork& work, const read::OutputPiece* next,
                            const read::OutputPiece* last) { return sink.put(work, next, last); };
  const auto is_written = run.write(end, take);
  TRY(sink.flush());
  TRY(output.flush());
  lookups.report(run.plain_records());
  if (!is_written) return is_written.error();
  // The second reading is shorter if the last events of all keys are near each other.
  if (*is_written) work_meter().done = work_meter().total.load();
  text::say(text::Level::detail, text::format_count(run.keys(), "key", "keys") + " of " +
                                     text::format_count(run.records(), "record", "records"));
  if (run.corrupt_batches() > 0) return cli::ExitStatus::data_problem;
  if (output.has_given_up()) return cli::ExitStatus::timed_out;
  return *is_written || sink.is_over() ? cli::ExitStatus::done : stopped("all keys were printed");
}

Result<cli::ExitStatus> bisect_topics(io::System& system, const ReplayOptions& options,
                                      const read::EndCondition& end, io::Output& output) {
  Lookups lookups(system, options.lookup, end);
  const ReplayInput input = TRY(input_of(system, options, lookups));
  BisectOptions how;
  how.command = options.command;
  if (options.wants_state) how.state = state_options(options);
  const cli::ExitStatus status = TRY(bisect(system, input, how, end, output));
  lookups.report({});
  return status == cli::ExitStatus::timed_out ? stopped("the record was found") : status;
}

}  // namespace estream::tool
