#include "tool/inspect/inspect.h"

#include <algorithm>
#include <array>

#include "cli/environment.h"
#include "io/deadline.h"
#include "io/output.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "text/say.h"
#include "tool/inspect/inspect_options.h"
#include "tool/inspect/verbs.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

namespace {

constexpr std::string_view cursor_home_and_clear = "\x1b[H\x1b[2J";
constexpr int other_rows = 5;  // The heading, what stands below a table, and the cursor.

Result<cli::ExitStatus> run_verb(io::System& system, const InspectOptions& options,
                                 io::Output& output) {
  switch (options.verb) {
    case InspectVerb::topics:
      return inspect_topics(system, options, output);
    case InspectVerb::offsets:
      return inspect_offsets(system, options, output);
    case InspectVerb::segments:
      return inspect_segments(system, options, output);
    case InspectVerb::batches:
      return inspect_batches(system, options, output);
    case InspectVerb::keys:
      return inspect_keys(system, options, output);
    case InspectVerb::hist:
      return inspect_hist(system, options, output);
    case InspectVerb::schema:
      return inspect_schema(system, options, output);
    case InspectVerb::verify:
      return inspect_verify(system, options, output);
    case InspectVerb::expect:
      return inspect_expect(system, options, output);
    case InspectVerb::groups:
    case InspectVerb::lag:
      return inspect_groups(system, options, output);
    case InspectVerb::producers:
      return inspect_producers(system, options, output);
  }
  return cli::ExitStatus::error;
}

void wait_for(io::System& system, std::int64_t wait_ns) {
  const std::int64_t end_ns = io::deadline_after(system, wait_ns);
  while (io::stop_signal() == 0) {
    const int left_ms = io::poll_ms(end_ns - system.monotonic_ns());
    if (left_ms == 0) return;
    std::array<io::PollEntry, 2> ends = {
        {{.fd = io::stop_descriptor()}, {.fd = io::standard_output, .for_hangup = true}}};
    system.poll(ends, std::min(left_ms, 60'000));
    if (ends[1].is_ready) return;
  }
}

// Whether nobody reads the reports any more.
bool is_left(io::System& system) {
  std::array<io::PollEntry, 1> entry = {{{.fd = io::standard_output, .for_hangup = true}}};
  return system.poll(entry, 0) > 0 && entry[0].is_ready;
}

// On a terminal each report takes the place of the one before; elsewhere an empty line is between.
Result<cli::ExitStatus> watch(io::System& system, InspectOptions options, io::Output& output) {
  const bool is_table = !options.style.is_json();
  if (options.style.is_terminal && is_table && options.style.height > 0) {
    options.style.rows_max = std::max(options.style.height - other_rows, 1);
  }
  for (bool is_first = true;; is_first = false) {
    options.style.now = TRY(cli::current_time());
    if (options.style.is_terminal && is_table) {
      TRY(output.write(cursor_home_and_clear));
    } else if (!is_first && is_table) {
      TRY(output.write("\n"));
    }
    const cli::ExitStatus status = TRY(run_verb(system, options, output));
    TRY(output.flush());
    if (io::stop_signal() != 0 || output.is_closed()) return status;
    wait_for(system, *options.watch_ns);
    if (io::stop_signal() != 0 || is_left(system)) return status;
  }
}

// For the verbs that read all records, or all bytes. Others take no time.
Result<cli::ExitStatus> run_with_progress(io::System& system, const InspectOptions& options,
                                          io::Output& output) {
  const bool is_verify = options.verb == InspectVerb::verify;
  const bool is_long = is_verify || options.verb == InspectVerb::keys ||
                       options.verb == InspectVerb::hist || options.verb == InspectVerb::schema;
  if (!is_long) return run_verb(system, options, output);
  std::string done;
  const auto status = [&] {
    const WorkProgress progress(system, is_verify ? "verified" : "read", options.progress,
                                OutputDuring::nothing);
    auto outcome = run_verb(system, options, output);
    done = progress.text();
    return outcome;
  }();
  if (is_verify && status) text::say(text::Level::detail, done);
  return status;
}

Result<cli::ExitStatus> run(io::System& system, const InspectOptions& options) {
  io::Output output(system, io::standard_output, "standard output");
  output.limit_waits(std::nullopt);
  if (options.watch_ns) return watch(system, options, output);
  const auto status = run_with_progress(system, options, output);
  const Result<void> flushed = output.flush();
  if (!status) return status;
  if (!flushed) return flushed.error();
  return status;
}

}  // namespace

Result<cli::ExitStatus> inspect(io::System& system, cli::Args args) {
  return run_command(system, parse_inspect_options(system, args), run);
}

}  // namespace estream::tool
