#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "io/system.h"
#include "query/computation.h"
#include "query/filter.h"
#include "read/read_request.h"
#include "read/record_sink.h"
#include "read/record_text.h"
#include "tool/arguments/command.h"
#include "tool/group/group_options.h"
#include "tool/records/chunk_builder.h"
#include "tool/records/record_copier.h"
#include "window/aggregation.h"
#include "window/row_codec.h"
#include "window/settings.h"

namespace estream::tool {

// Which results are shown.
struct ResultSelection {
  struct Top {
    std::size_t count = 0;
    std::string name;
    query::Computation value;
  };

  std::optional<query::Filter> having = {};
  std::optional<Top> top = {};  // After `having`.
};

// Where late events go.
struct LateOptions {
  enum class Kind { drop, file, topic };

  Kind kind = Kind::drop;
  std::string file = {};
  std::optional<CopyOptions> topic = {};
};

// What estream-window was asked to do, checked and free of contradictions.
struct WindowOptions {
  read::ReadRequest request;
  std::optional<InputFormat> input;  // Of standard input, which is read in place of topics.
  bool waits_for_topic = false;

  std::shared_ptr<const window::RowPlan> plan;
  window::Aggregation aggregation;
  window::Settings settings;  // `sources` is set when they are known.
  // All partitions are one task; otherwise each of them is one.
  bool is_one_task = false;
  ResultSelection selection;
  LateOptions late;
  // All that decides about results, as text: a restart must have the same.
  std::string fingerprint;

  bool follows = false;
  bool closes_at_end = true;
  std::int64_t idle_ns = 30'000'000'000;
  std::optional<std::int64_t> timeout_ns;
  std::optional<std::int64_t> max_results;
  bool is_no_match_ok = false;

  std::optional<GroupOptions> group;
  std::optional<CopyOptions> into;

  bool is_explained = false;
  bool is_dry_run = false;

  read::RecordShape shape;     // Of results.
  read::RecordShape row_form;  // Of events, for the threads that decode them: rows of `plan`.
  read::SinkOptions::Buffering buffering = read::SinkOptions::Buffering::block;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;
};

// Reads the command line, the config file and, for times and the data root, clock and environment.
// Sets how much is said on stderr.
Result<Command<WindowOptions>> parse_window_options(io::System& system, cli::Args args);

}  // namespace estream::tool
