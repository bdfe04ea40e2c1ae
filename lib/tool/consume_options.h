#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "cli/options.h"
#include "cli/position.h"
#include "cli/run.h"
#include "tool/batch_feed.h"
#include "tool/partition_source.h"
#include "tool/read_window.h"
#include "tool/record_merge.h"
#include "tool/record_selection.h"
#include "tool/record_sink.h"
#include "tool/record_text.h"

namespace estream::tool {

// What estream-consume was asked to do, checked and free of contradictions.
struct ConsumeOptions {
  SourceRequest sources;
  bool waits_for_topic = false;

  std::vector<cli::Position> from;  // The last one that fits a partition counts.
  std::vector<cli::Position> to;
  TimeRange times;
  std::optional<MergeOrder> order;
  bool follows = false;
  std::optional<std::int64_t> timeout_ns;
  std::optional<std::int64_t> idle_ns;
  FeedOptions feed;
  std::optional<std::string> cursor_file;

  RecordSelection selection;
  bool is_no_match_ok = false;  // Exit 0 even if filters let nothing through.

  RecordShape shape;
  SinkOptions sink;
};

struct ConsumeCommand {
  cli::ParseOutcome outcome;
  ConsumeOptions options;  // When the outcome is to run.
};

// Reads the command line and, for times and the data root, clock and environment. Sets how much is
// said on stderr.
Result<ConsumeCommand> parse_consume_options(cli::Args args);

}  // namespace estream::tool
