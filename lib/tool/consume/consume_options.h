#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "io/system.h"
#include "read/batch_feed.h"
#include "read/read_request.h"
#include "read/record_merge.h"
#include "read/record_sink.h"
#include "read/record_text.h"
#include "tool/arguments/command.h"
#include "tool/consume/work_options.h"
#include "tool/group/group_options.h"
#include "tool/group/group_reading.h"
#include "tool/lookup/lookups.h"

namespace estream::tool {

// What estream-consume was asked to do, checked and free of contradictions.
struct ConsumeOptions {
  read::ReadRequest request;
  bool waits_for_topic = false;

  std::optional<read::MergeOrder> order;
  bool follows = false;
  std::optional<std::int64_t> timeout_ns;
  std::optional<std::int64_t> idle_ns;
  read::FeedOptions feed;
  std::optional<std::string> cursor_file;
  std::optional<GroupOptions> group;
  LookupOptions lookup;
  std::optional<WorkOptions> work;  // Of the group's events; without it they are printed.

  bool is_no_match_ok = false;  // Exit 0 even if filters let nothing through.

  bool is_json = false;  // Also a count.
  read::RecordShape shape;
  read::SinkOptions sink;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;

  // Of `group`, which there must be.
  GroupReadingOptions group_reading(Lookups* lookups) const;
};

// Reads the command line, the config file and, for times and the data root, clock and environment.
// Sets how much is said on stderr.
Result<Command<ConsumeOptions>> parse_consume_options(io::System& system, cli::Args args);

}  // namespace estream::tool
