#include "tool/consume/work_options.h"

#include <algorithm>

#include "text/parsing.h"
#include "text/size.h"
#include "tool/arguments/needed_options.h"
#include "tool/group/group_sinks.h"
#include "topic/topic_config.h"

namespace estream::tool {

namespace {

Error wrong_work(const std::string& message) { return {Error::Code::usage, message}; }

Result<void> check(const WorkArguments& typed, const std::optional<GroupOptions>& group) {
  const bool has_command = !typed.command.empty();
  TRY(check_needed(group.has_value(), "-g GROUP",
                   {{typed.into.has_value(), "--into"}, {typed.settle.has_value(), "--settle"}}));
  TRY(check_needed(has_command, "a command: -- CMD",
                   {{typed.is_kept, "--keep"},
                    {typed.jobs.has_value(), "--jobs"},
                    {typed.retries.has_value(), "--retry"},
                    {typed.backoff.has_value(), "--backoff"},
                    {typed.job_timeout.has_value(), "--job-timeout"},
                    {typed.dead_letters.has_value(), "--dlq"},
                    {typed.envelope.has_value(), "--envelope"},
                    {typed.format.has_value(), "--lines"},
                    {typed.time_field.has_value(), "--time-field"},
                    {typed.output_bytes_max.has_value(), "--max-output"}}));
  TRY(check_needed(typed.into.has_value(), "--into TOPIC",
                   {{typed.envelope.has_value(), "--envelope"},
                    {typed.format.has_value(), "--lines"},
                    {typed.key_field.has_value(), "--key-field"},
                    {typed.time_field.has_value(), "--time-field"},
                    {!typed.headers.empty(), "--header"},
                    {typed.partitions.has_value(), "--partitions"}}));
  TRY(check_needed(typed.dead_letters.has_value(), "--dlq TOPIC",
                   {{typed.dead_letter_limit.has_value(), "--dlq-limit"}}));
  TRY(check_needed(has_command || typed.into, "a command (-- CMD) or --into TOPIC",
                   {{typed.batch_events.has_value(), "--batch"},
                    {typed.compression.has_value(), "--compression"}}));
  if (typed.envelope && typed.format)
    return wrong_work("options --lines and --envelope: give only one of them");
  const bool is_text = typed.format == InputFormat::text;
  if ((is_text || typed.envelope) && (typed.key_field || typed.time_field)) {
    return wrong_work("options --key-field and --time-field: need lines that are JSON values");
  }
  using Job = GroupOptions::Job;
  const bool only_looks = group && (group->job == Job::read || group->job == Job::forget);
  if (only_looks && (has_command || typed.into)) {
    return wrong_work("options -o stored and --forget: go without a command and without --into");
  }
  if (group && has_command && group->job != Job::consume) {
    return wrong_work("options --seek and --settle: go without a command");
  }
  if (group && group->commit != GroupArguments::Commit::automatic && (has_command || typed.into)) {
    return wrong_work(
        "option --commit: goes without a command and without --into; there, the position moves "
        "when a batch is done");
  }
  return {};
}

void add_command_options(cli::OptionTable& table, WorkArguments& arguments) {
  const auto parse_positive = [](std::string_view text) -> Result<std::int64_t> {
    const std::int64_t count = TRY(text::parse_count(text));
    if (count > 0) return count;
    return text::refused(text, "is not a number from 1 on");
  };
  table.group("Commands of a group")
      .command("CMD...", "group", arguments.command)
      .value({.name = "batch",
              .argument = "N",
              .help = "the command gets at most N events at once (1000)"},
             arguments.batch_events, parse_positive)
      .flag(
          {.name = "keep",
           .help = "one process stays for each partition; an empty line ends each batch, and each "
                   "answer of the command"},
          arguments.is_kept)
      .value({.name = "jobs",
              .argument = "N",
              .help = "at most N partitions are in work at once (1; with --keep: all)"},
             arguments.jobs, parse_positive)
      .value(
          {.name = "retry", .argument = "N", .help = "try a failed batch again up to N times (5)"},
          arguments.retries, text::parse_count)
      .value({.name = "backoff",
              .argument = "A..B",
              .help = "the pauses between tries, doubled each time (1s..60s)"},
             arguments.backoff, parse_backoff)
      .value({.name = "job-timeout",
              .argument = "DUR",
              .help = "a command that takes longer than DUR has failed"},
             arguments.job_timeout, text::parse_duration)
      .value({.name = "dlq",
              .argument = "TOPIC",
              .help = "events at which the command fails go there, and the group goes on",
              .completion = cli::Completion::topic},
             arguments.dead_letters)
      .value({.name = "dlq-limit",
              .argument = "N",
              .help = "end after N such events in a row (10; 0: never)"},
             arguments.dead_letter_limit, text::parse_count);
}

void add_into_options(cli::OptionTable& table, WorkArguments& arguments) {
  table.group("Into a topic exactly once")
      .value({.name = "into",
              .argument = "TOPIC",
              .help = "store the events, or what the command prints, in TOPIC",
              .completion = cli::Completion::topic},
             arguments.into)
      .flag_or_choice({.letter = 'J',
                       .name = "envelope",
                       .help = "the command prints envelopes, as -j does; --envelope=kcat: as kcat "
                               "-J prints"},
                      arguments.envelope, InputFormat::envelope, {{"kcat", InputFormat::kcat}})
      .choice({.name = "lines",
               .argument = "WORD",
               .help = "what the command prints: json checks every line, text takes anything"},
              arguments.format, {{"json", InputFormat::json}, {"text", InputFormat::text}})
      .value({.letter = 'K',
              .name = "key-field",
              .argument = "PATH",
              .help = "the key is this field of the value",
              .aliases = {"rekey"}},
             arguments.key_field, json::parse_path);
  add_header_option(table, arguments.headers);
  table
      .value({.name = "time-field",
              .argument = "PATH",
              .help = "the time is this field of the line; else that of the newest event of the "
                      "batch"},
             arguments.time_field, json::parse_path)
      .value({.name = "partitions",
              .argument = "N",
              .help = "number of partitions of a new topic; default: as many as are read"},
             arguments.partitions,
             [](std::string_view text) {
               return parse_partition(text, 1, topic::partition_count_max);
             })
      .value({.name = "max-output",
              .argument = "SIZE",
              .help = "a command that prints more for one batch has failed (64M)"},
             arguments.output_bytes_max, text::parse_size)
      .value({.letter = 'z',
              .name = "compression",
              .argument = "CODEC",
              .help = "the compression of what is stored: zstd[:1-19] or none (zstd:1)",
              .completion = cli::Completion::values,
              .values = {"zstd", "none"}},
             arguments.compression, parse_compression)
      .choice(
          {.name = "settle",
           .argument = "WORD",
           .help = "count output that may or may not be stored as appended or as missing, and end"},
          arguments.settle,
          {{"appended", group::Doubt::appended}, {"missing", group::Doubt::missing}});
}

}  // namespace

std::int64_t Backoff::pause_ns(std::int64_t failures) const {
  std::int64_t pause = first_ns;
  for (std::int64_t i = 1; i < failures && pause < longest_ns; i++) pause *= 2;
  return std::min(pause, longest_ns);
}

Result<Backoff> parse_backoff(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return text::unclear(text, "write two durations: 1s..60s");
  Backoff backoff;
  backoff.first_ns = TRY(text::parse_duration(text.substr(0, dots))).count();
  backoff.longest_ns = TRY(text::parse_duration(text.substr(dots + 2))).count();
  if (backoff.first_ns <= backoff.longest_ns) return backoff;
  return text::refused(text, "begins with the longer duration; write the shorter one first");
}

Result<std::optional<WorkOptions>> read_work(const WorkArguments& typed,
                                             const std::optional<GroupOptions>& group,
                                             const std::string& data_root,
                                             const std::string& delimiter) {
  TRY(check(typed, group));
  if (typed.command.empty() && !typed.into) return std::optional<WorkOptions>();
  WorkOptions work;
  work.command = typed.command;
  work.is_kept = typed.is_kept;
  work.jobs = typed.jobs.value_or(typed.is_kept ? INT64_MAX : 1);
  work.batch_events = typed.batch_events.value_or(typed.command.empty() ? 100'000 : 1000);
  work.retries = typed.retries.value_or(5);
  work.backoff = typed.backoff.value_or(Backoff());
  if (typed.job_timeout) work.job_timeout_ns = typed.job_timeout->count();
  if (typed.output_bytes_max) {
    work.output_bytes_max = static_cast<std::size_t>(*typed.output_bytes_max);
  }
  work.dead_letter_limit = typed.dead_letter_limit.value_or(10);
  if (typed.into) {
    work.into = TRY(read_sink_topic("--into", *typed.into, typed.compression, data_root));
    work.into->target.partitions = typed.partitions;
    work.into->key_field = typed.key_field;
    work.into->headers = TRY(encode_headers(typed.headers));
    work.lines.format = typed.envelope.value_or(typed.format.value_or(InputFormat::json));
    work.lines.delimiter = delimiter;
    work.lines.key_path = typed.key_field;
    work.lines.time_path = typed.time_field;
    work.lines.headers = work.into->headers;
    work.lines.codec = work.into->codec;
    work.lines.level = work.into->level;
  }
  if (typed.dead_letters) {
    work.dead_letters =
        TRY(read_sink_topic("--dlq", *typed.dead_letters, typed.compression, data_root));
    if (work.into && work.into->target.topic.name == work.dead_letters->target.topic.name) {
      return wrong_work("options --into and --dlq: name the same topic; give each another one");
    }
  }
  return std::optional(std::move(work));
}

SinkTopics WorkOptions::sink_topics() const {
  using Role = group::Sink::Role;
  SinkTopics topics;
  if (into) topics.push_back({Role::into, &*into});
  if (dead_letters) topics.push_back({Role::dead_letters, &*dead_letters});
  return topics;
}

void add_work_options(cli::OptionTable& table, WorkArguments& arguments) {
  add_command_options(table, arguments);
  add_into_options(table, arguments);
}

}  // namespace estream::tool
