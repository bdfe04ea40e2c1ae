#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "cli/run.h"
#include "io/system.h"
#include "json/path.h"
#include "read/batch_feed.h"
#include "read/read_request.h"
#include "read/record_sink.h"
#include "read/record_text.h"
#include "tool/arguments/command.h"
#include "tool/lookup/lookups.h"
#include "tool/records/record_copier.h"
#include "tool/replay/pacer.h"

namespace estream::tool {

// What estream-replay was asked to do, checked and free of contradictions.
struct ReplayOptions {
  enum class Job {
    print,   // To standard output, at a pace.
    copy,    // Into another topic.
    state,   // The last event of each key.
    bisect,  // The first event at which a command fails.
    branch,  // A topic that shares the files.
  };

  Job job = Job::print;
  read::ReadRequest request;
  read::FeedOptions feed;
  LookupOptions lookup;
  read::RecordShape shape;
  read::SinkOptions sink;
  std::optional<std::int64_t> timeout_ns;

  PaceOptions pace;
  bool is_dry_run = false;
  cli::Progress::Mode progress = cli::Progress::Mode::automatic;
  bool is_json = false;  // Also the report of a dry run.

  bool wants_state = false;  // With bisect: the command sees the state, not all events.
  bool includes_deleted = false;
  std::optional<json::Path> key_field;
  std::int64_t memory_bytes = 64 << 20;
  std::string command;  // Of bisect.

  std::string branch;  // The name of the new topic.
  CopyOptions copy;
};

// Reads the command line, the config file and, for times and the data root, clock and environment.
// Sets how much is said on stderr.
Result<Command<ReplayOptions>> parse_replay_options(io::System& system, cli::Args args);

}  // namespace estream::tool
