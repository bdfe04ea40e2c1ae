#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/arrival_watch.h"
#include "read/cursor_file.h"
#include "read/end_condition.h"
#include "read/new_topics.h"
#include "read/reading.h"
#include "read/record_sink.h"
#include "tool/consume/consume_options.h"

namespace estream::tool {

// One run of estream-consume, from opened partitions to exit status.
class ConsumeRun {
 public:
  ConsumeRun(io::System& system, const ConsumeOptions& options, Lookups& lookups,
             io::Output& output, const read::EndCondition& end);

  // Fixes where to begin and to end in each partition. Requires at least one source.
  Result<void> plan(std::vector<read::PartitionSource> sources);

  // Prints until the end. On an error, what comes before it is printed, and the cursor is kept.
  Result<cli::ExitStatus> run();

 private:
  Result<void> add(read::PartitionSource source);
  void start();
  Result<void> add_new_topics();
  Result<read::ReadWindow> window_of(read::PartitionSource& source);
  Result<Offset> begin_of(read::PartitionSource& source);
  Result<void> check_names(const std::vector<read::PartitionSource>& sources) const;
  void note_topic_ids(const std::vector<read::PartitionSource>& sources) const;
  Result<void> print_all();
  Result<void> follow();
  void start_watch();
  void wait_for_more(std::int64_t quiet_since_ns);
  Result<void> finish();
  Result<void> print_count();
  void say_how_far(const std::string& progress) const;
  cli::ExitStatus status() const;
  std::int64_t matches() const;
  bool has_enough() const;
  bool is_over() const { return has_enough() || end_->is_met(); }

  void note_positions();
  Result<void> save_cursor();

  io::System* system_;
  const ConsumeOptions* options_;
  Lookups* lookups_;
  io::Output* output_;
  const read::EndCondition* end_;

  read::Reading reading_;
  std::optional<read::CursorFile> cursor_file_;
  read::Cursor cursor_;  // As the file has it.
  bool is_cursor_saved_ = false;
  std::vector<Offset> positions_;  // Of each feed: everything before them is written.

  std::optional<read::NewTopics> new_topics_;
  std::optional<read::RecordSink> sink_;
  std::optional<read::ArrivalWatch> watch_;
  bool is_timed_out_ = false;
  bool is_part_ = false;  // Of what was asked for: it ended before it came to the end.
};

}  // namespace estream::tool
