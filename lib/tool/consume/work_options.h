#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "group/settle_options.h"
#include "json/path.h"
#include "text/duration.h"
#include "text/values.h"
#include "tool/arguments/write_values.h"
#include "tool/group/group_options.h"
#include "tool/group/group_sinks.h"
#include "tool/records/chunk_builder.h"
#include "tool/records/record_copier.h"

namespace estream::tool {

// A range of pauses: 1s..60s.
struct Backoff {
  std::int64_t first_ns = 1'000'000'000;
  std::int64_t longest_ns = 60'000'000'000;

  // After this many failures in a row, at least one: the first pause, then doubled each time.
  std::int64_t pause_ns(std::int64_t failures) const;
};
Result<Backoff> parse_backoff(std::string_view text);

// What is to be done with the events of a group beside printing them, as it was typed.
struct WorkArguments {
  std::vector<std::string> command;
  bool is_kept = false;
  std::optional<std::int64_t> jobs;
  std::optional<std::int64_t> batch_events;
  std::optional<std::int64_t> retries;
  std::optional<Backoff> backoff;
  std::optional<text::Duration> job_timeout;
  std::optional<std::string> dead_letters;
  std::optional<std::int64_t> dead_letter_limit;
  std::optional<std::string> into;
  std::optional<InputFormat> envelope;
  std::optional<InputFormat> format;
  std::optional<json::Path> key_field;
  std::optional<json::Path> time_field;
  std::vector<text::KeyValue> headers;
  std::optional<std::int32_t> partitions;
  std::optional<Compression> compression;
  std::optional<std::int64_t> output_bytes_max;
  std::optional<group::Doubt> settle;
};

void add_work_options(cli::OptionTable& table, WorkArguments& arguments);

// The work of a group: each batch goes through a command, into a topic, or both.
struct WorkOptions {
  std::vector<std::string> command;  // Empty: the events themselves are the output.
  bool is_kept = false;
  std::int64_t jobs = 1;  // How many batches may be in work at once.
  std::int64_t batch_events = 1000;
  std::int64_t retries = 5;
  Backoff backoff;
  std::optional<std::int64_t> job_timeout_ns;
  std::size_t output_bytes_max = 64 << 20;

  // The topic of the output, and how records become those of it. Without a command key_field and
  // headers are used, else `lines`.
  std::optional<CopyOptions> into;
  BuildOptions lines;
  std::optional<CopyOptions> dead_letters;
  std::int64_t dead_letter_limit = 10;  // In a row; 0 for no limit.

  SinkTopics sink_topics() const;
};

// Checks what was typed. Nothing when the events are only printed.
Result<std::optional<WorkOptions>> read_work(const WorkArguments& typed,
                                             const std::optional<GroupOptions>& group,
                                             const std::string& data_root,
                                             const std::string& delimiter);

}  // namespace estream::tool
