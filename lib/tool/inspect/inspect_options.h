#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "io/system.h"
#include "json/path.h"
#include "log/verify/verify.h"
#include "read/read_request.h"
#include "tool/arguments/command.h"
#include "tool/inspect/inspect_option_table.h"
#include "tool/report/report_style.h"

namespace estream::tool {

// What estream-inspect was asked to do, checked and free of contradictions.
struct InspectOptions {
  InspectVerb verb = InspectVerb::topics;
  std::string expression;     // Of expect.
  read::ReadRequest request;  // Without topics: all of the data root.

  std::optional<json::Path> key_field;

  std::optional<std::int64_t> max_rows;
  std::optional<std::int64_t> bucket_ms;
  std::optional<std::int64_t> watch_ns;
  std::optional<std::int64_t> timeout_ns;
  std::optional<std::int64_t> settle_ns;
  std::optional<std::int64_t> max_lag_events;
  std::optional<std::int64_t> max_lag_ms;
  log::Depth depth = log::Depth::records;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;
  bool is_count = false;
  bool is_verbose = false;
  bool is_quiet = false;

  ReportStyle style;
};

// Reads the command line, the config file and, for times, the data root and the looks, clock,
// environment and terminal. Sets how much is said on stderr.
Result<Command<InspectOptions>> parse_inspect_options(io::System& system, cli::Args args);

}  // namespace estream::tool
