#include "tool/replay/replay_options.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "tool/replay/replay_option_table.h"
#include "topic/topic_name.h"

namespace estream::tool {

namespace {

using Job = ReplayOptions::Job;

Error misuse(std::string message) { return {Error::Code::usage, std::move(message)}; }

Job job_of(const ReplayArguments& typed) {
  if (typed.branch) return Job::branch;
  if (typed.bisect) return Job::bisect;
  if (typed.wants_state) return Job::state;
  if (typed.into) return Job::copy;
  return Job::print;
}

struct JobOption {
  const char* name;
  bool is_given;
  std::initializer_list<Job> jobs;
};

const char* name_of(Job job) {
  switch (job) {
    case Job::print:
      return "a replay to standard output";
    case Job::copy:
      return "--into";
    case Job::state:
      return "--latest-by-key";
    case Job::bisect:
      return "--bisect";
    case Job::branch:
      return "--branch";
  }
  return "";
}

// What one job does with an option that only another has would be a guess.
Result<void> check_job(const ReplayArguments& typed, Job job) {
  const bool has_window = !typed.read.from.empty() || !typed.read.to.empty() || typed.read.since ||
                          typed.read.until || typed.read.length;
  const bool has_filter =
      typed.read.key || !typed.read.greps.empty() || !typed.read.filters.empty();
  const bool has_shape = typed.output.format || typed.output.delimiter ||
                         typed.output.is_null_delimited || typed.output.is_without_value ||
                         typed.output.delimiter_in_value || typed.output.is_unbuffered ||
                         typed.output.is_raw;
  const bool is_memory_for_state =
      typed.memory_bytes && typed.read.lookup.specs.empty() && !typed.read.is_configured("memory");
  const std::initializer_list<Job> paced = {Job::print, Job::copy};
  const std::initializer_list<Job> reading = {Job::print, Job::copy, Job::state, Job::bisect};
  const std::initializer_list<Job> printing = {Job::print, Job::state};
  const std::initializer_list<JobOption> options = {
      {"--speed", typed.speed.has_value(), paced},
      {"--max-gap", typed.max_gap.has_value(), paced},
      {"--rate", typed.rate.has_value(), paced},
      {"--step", typed.steps, paced},
      {"--dry-run", typed.is_dry_run, paced},
      {"--from, --to, --since, --until or --for", has_window, reading},
      {"--partition", !typed.read.partitions.empty(), reading},
      {"--regex", typed.read.is_regex, reading},
      {"--key, --grep or --where", has_filter, reading},
      {"--max", typed.max.has_value(), printing},
      {"--json", typed.output.is_json, printing},
      {"--format and the like", has_shape, printing},
      {"--latest-by-key", typed.wants_state, {Job::state, Job::bisect}},
      {"--include-deleted", typed.includes_deleted, {Job::state, Job::bisect}},
      {"--lookup", !typed.read.lookup.specs.empty(), reading},
      {"--memory", is_memory_for_state, {Job::state, Job::bisect}},
      {"--rekey", typed.key_field.has_value(), {Job::copy, Job::state, Job::bisect}},
      {"--into", typed.into.has_value(), {Job::copy}},
      {"--partitions", typed.partitions.has_value(), {Job::copy}},
      {"--header", !typed.headers.empty(), {Job::copy}},
      {"--retime", typed.retime.has_value(), {Job::copy}},
      {"--producer", typed.producer.has_value(), {Job::copy}}};
  for (const JobOption& option : options) {
    if (!option.is_given) continue;
    if (std::find(option.jobs.begin(), option.jobs.end(), job) != option.jobs.end()) continue;
    // A dry run of a copy reports as any other.
    if (std::string_view(option.name) == "--json" && typed.is_dry_run) continue;
    return misuse(fmt::format("option {}: does not go with {}", option.name, name_of(job)));
  }
  if (job != Job::bisect && typed.includes_deleted && !typed.wants_state) {
    return misuse("option --include-deleted: needs -L");
  }
  return {};
}

Result<PaceOptions> read_pace(const ReplayArguments& typed) {
  PaceOptions pace;
  if ((typed.speed ? 1 : 0) + (typed.rate ? 1 : 0) + (typed.steps ? 1 : 0) > 1) {
    return misuse("options --speed, --rate and --step: give only one of them");
  }
  if (typed.rate) {
    pace.kind = PaceOptions::Kind::rate;
    pace.rate = *typed.rate;
  } else if (typed.steps) {
    pace.kind = PaceOptions::Kind::steps;
  } else if (typed.speed && *typed.speed == 0) {
    pace.kind = PaceOptions::Kind::unlimited;
  } else if (typed.speed) {
    pace.speed = *typed.speed;
  } else if (typed.into && !typed.max_gap) {
    pace.kind = PaceOptions::Kind::unlimited;
  }
  if (typed.max_gap && pace.kind != PaceOptions::Kind::original) {
    return misuse(
        "option --max-gap: needs the pace of the events; -s max, --rate and --step "
        "have no gaps");
  }
  if (typed.max_gap) pace.max_gap_ns = typed.max_gap->count();
  return pace;
}

// A second run must make the same copies.
Result<void> check_producer(const CopyOptions& copy) {
  if (!copy.producer) return {};
  if (copy.producer->empty()) return misuse("option --producer: the name is empty");
  if (copy.retime.kind == Retime::Kind::now) {
    return misuse(
        "option --producer: does not go with --retime now, which is another time in each run; "
        "write how far: --retime +1h");
  }
  return {};
}

Result<CopyOptions> read_copy(const ReplayArguments& typed, const std::string& root,
                              Timestamp now) {
  CopyOptions copy;
  copy.target.topic = TRY(topic::parse_topic_argument(*typed.into, root));
  if (!copy.target.topic.partitions.empty()) {
    return misuse("option --into: " + *typed.into + " names partitions; write the topic alone");
  }
  copy.target.partitions = typed.partitions;
  copy.target.sync_level = typed.sync.level;
  copy.sync_interval_ns = typed.sync.interval_ns;
  copy.key_field = typed.key_field;
  copy.headers = TRY(encode_headers(typed.headers));
  copy.retime = typed.retime.value_or(Retime{});
  copy.producer = typed.producer;
  TRY(check_producer(copy));
  copy.now = now;
  copy.codec = typed.compression.codec;
  copy.level = typed.compression.level;
  return copy;
}

Result<ReplayOptions> checked(const ReplayArguments& typed) {
  const Job job = job_of(typed);
  TRY(check_job(typed, job));
  const text::TimeContext context = TRY(time_context(typed.read));
  ReplayOptions options;
  options.job = job;
  options.request = TRY(read_request(typed.read, context));
  options.lookup = TRY(read_lookups(typed.read.lookup, typed.memory_bytes));
  options.feed.on_corrupt = options.request.sources.on_corrupt = typed.on_corrupt;
  if (typed.timeout) options.timeout_ns = typed.timeout->count();
  options.shape = TRY(read_shape(typed.output, options.request.zone));
  if (job == Job::bisect) options.shape.is_for_terminal = false;  // It goes to a command.
  options.sink.max_records = typed.max;
  options.sink.buffering = typed.output.buffering();
  options.is_json = typed.output.is_json;
  options.pace = TRY(read_pace(typed));
  options.is_dry_run = typed.is_dry_run;
  options.progress = typed.read.progress_mode();
  if (typed.is_dry_run || job == Job::copy) options.shape.kind = read::RecordShape::Kind::nothing;
  options.wants_state = typed.wants_state;
  options.includes_deleted = typed.includes_deleted;
  options.key_field = typed.key_field;
  if (typed.memory_bytes) options.memory_bytes = *typed.memory_bytes;
  options.command = typed.bisect.value_or("");
  options.branch = typed.branch.value_or("");
  if (job == Job::copy) {
    options.copy = TRY(read_copy(typed, options.request.sources.data_root, context.now));
  }
  return options;
}

}  // namespace

Result<Command<ReplayOptions>> parse_replay_options(io::System& system, cli::Args args) {
  return parse_command<ReplayArguments>(system, args, replay_table, checked);
}

}  // namespace estream::tool
