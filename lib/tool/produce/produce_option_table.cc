#include "tool/produce/produce_option_table.h"

#include <chrono>

#include "group/group_directory.h"
#include "json/quote.h"
#include "text/parsing.h"
#include "tool/arguments/read_arguments.h"
#include "tool/arguments/versions.h"
#include "tool/report/work_progress.h"
#include "topic/topic_config.h"

namespace estream::tool {

namespace {

using cli::Completion;

// kcat's -K is the delimiter.
Result<json::Path> parse_key_field(std::string_view text) {
  auto path = json::parse_path(text);
  if (path || text.starts_with('.')) return path;
  return Error{path.error().code,
               path.error().message + "; --key-delimiter says what ends the key on a line"};
}

Result<std::int64_t> parse_segment_bytes(std::string_view text) {
  const std::int64_t size = TRY(text::parse_kafka_size(text));
  if (size >= topic::segment_bytes_min && size <= topic::segment_bytes_max) return size;
  return text::refused(text, "is not a size from 1K to 2147483647");
}

Result<HeaderField> parse_header_field(std::string_view text) {
  const text::KeyValue parts = TRY(text::parse_key_value(text));
  if (!json::is_utf8(parts.key)) return text::refused(text, "has a name that is not UTF-8");
  return HeaderField{parts.key, TRY(json::parse_path(parts.value))};
}

Result<std::int64_t> parse_milliseconds(std::string_view text) {
  const text::Duration duration = TRY(text::parse_duration(text));
  return std::chrono::ceil<std::chrono::milliseconds>(duration).count();
}

Result<std::int64_t> parse_nanoseconds(std::string_view text) {
  const text::Duration duration = TRY(text::parse_duration(text));
  return duration.count();
}

Result<json::Path> parse_dedup(std::string_view text) {
  constexpr std::string_view prefix = "seq:";
  if (text.starts_with(prefix)) return json::parse_path(text.substr(prefix.size()));
  return text::unclear(text, "write seq: and the field that says where an event is, as seq:.id");
}

Result<SequenceValue> parse_after(std::string_view text) {
  auto value = SequenceValue::parse(text);
  if (value) return value;
  return text::unclear(text, "write a whole number, HEX/HEX or an array of these");
}

Result<ExpectedLast> parse_expected_last(std::string_view text) {
  if (text == "none") return ExpectedLast();
  if (const auto offset = text::parse_whole(text); offset && *offset < INT64_MAX) {
    return ExpectedLast{Offset{*offset}};
  }
  return text::unclear(text, "write the offset of an event, or none");
}

Result<LagLimit> parse_lag_limit(std::string_view text) {
  const std::size_t equals = text.find('=');
  const auto count = text::parse_count(text.substr(equals == text.npos ? 0 : equals + 1));
  if (equals == text.npos || !count) {
    return text::unclear(text, "write a group and a number of events: billing=10000");
  }
  LagLimit limit = {std::string(text.substr(0, equals)), *count};
  TRY(group::check_name("the group", limit.group));
  return limit;
}

void add_input_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  table.group("Input")
      .list({.letter = 'i',
             .name = "input",
             .argument = "FILE",
             .help = "read FILE, which may be gzip or zstd, instead of standard input; may be "
                     "given again",
             .common = true,
             .completion = Completion::file},
            options.input.inputs)
      .flag_or_choice({.letter = 'J',
                       .name = "envelope",
                       .help = "lines are envelopes, as estream-consume -j prints; "
                               "--envelope=kcat: as kcat -J prints",
                       .common = true},
                      arguments.envelope, InputFormat::envelope, {{"kcat", InputFormat::kcat}})
      .choice({.name = "format", .help = "json checks every event, text takes anything"},
              arguments.format, {{"json", InputFormat::json}, {"text", InputFormat::text}})
      .value({.letter = 'D',
              .name = "delimiter",
              .argument = "S",
              .help = "events end in S, not newline; \\n \\t \\0 \\xNN"},
             options.build.delimiter, text::parse_delimiter)
      .flag({.letter = '0', .name = "null-delim", .help = "events end in NUL"},
            arguments.is_null_delimited)
      .value({.letter = 'n', .name = "max", .argument = "N", .help = "stop after N events"},
             options.input.events_max, text::parse_count)
      .flag({.letter = 'f', .name = "follow", .help = "at the end of -i FILE, wait for more"},
            options.input.follows)
      .value({.name = "rate", .argument = "RATE", .help = "no faster than 500/s, 10k/s, 5MiB/s"},
             arguments.rate, text::parse_rate)
      .value({.name = "reject",
              .argument = "FILE",
              .help = "append events that cannot be stored to FILE, with line and reason, and go "
                      "on; exit 3 if there were any",
              .common = true,
              .completion = Completion::file},
             options.reject_path)
      .value({.name = "reject-limit", .argument = "N", .help = "give up after N rejected events"},
             options.reject_limit, text::parse_count);
}

void add_record_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  BuildOptions& build = options.build;
  table.group("Records")
      .value({.letter = 'K',
              .name = "key-field",
              .argument = "PATH",
              .help = "the key is this field of the event: .user.id",
              .common = true},
             build.key_path, parse_key_field)
      .value({.letter = 'k',
              .name = "key",
              .argument = "STR",
              .help = "all events get this key",
              .common = true},
             build.key)
      .value({.name = "key-delimiter",
              .argument = "S",
              .help = "the key is the part of the line before the first S"},
             build.key_delimiter, text::parse_delimiter)
      .choice({.name = "key-missing",
               .help = "an event without a key: reject it, or store it with null (reject)"},
              build.key_missing, {{"reject", KeyMissing::reject}, {"null", KeyMissing::null}});
  add_header_option(table, arguments.headers);
  table
      .list({.name = "header-field",
             .argument = "K=PATH",
             .help = "add a header with the value of this field of the event"},
            build.header_fields, parse_header_field)
      .value({.name = "time-field",
              .argument = "PATH",
              .help = "the timestamp is this field: Unix time, or a date with a zone",
              .common = true},
             build.time_path, json::parse_path)
      .value({.name = "time-format",
              .argument = "PATTERN",
              .help = "that field is a text of this pattern, of strptime(3): %d/%b/%Y:%H:%M:%S %z"},
             build.time_pattern, text::TimePattern::parse);
  add_zone_options(table, arguments.zone,
                   "times in --time-field that name no zone are of this one: local, utc, "
                   "Europe/Berlin or +02:00");
  table
      .value({.name = "max-future",
              .argument = "DUR",
              .help = "an event whose time is further in the future cannot be stored"},
             build.max_future_ms, parse_milliseconds)
      .flag({.letter = 'Z', .name = "tombstones", .help = "an empty value deletes its key"},
            build.empty_is_tombstone);
}

void add_topic_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  BuildOptions& build = options.build;
  table.group("Topic")
      .value({.letter = 'd',
              .name = "dir",
              .argument = "DIR",
              .help = "where the topics are (ESTREAM_DIR)",
              .completion = Completion::directory,
              .configurable = true,
              .variables = {"ESTREAM_DIR"}},
             arguments.directory)
      .list({.letter = 't',
             .name = "topic",
             .argument = "TOPIC",
             .help = "the same as the argument",
             .completion = Completion::topic},
            arguments.topics)
      .value({.name = "partitions",
              .argument = "N",
              .help = "number of partitions of a new topic (1)",
              .common = true,
              .configurable = true},
             options.target.partitions,
             [](std::string_view text) {
               return parse_partition(text, 1, topic::partition_count_max);
             })
      .value({.name = "segment-bytes",
              .argument = "SIZE",
              .help = "segment size of a new topic (1G)",
              .configurable = true},
             options.target.segment_bytes, parse_segment_bytes)
      .flag({.name = "no-create", .help = "an unknown topic is an error"}, arguments.is_not_created)
      .value({.letter = 'p',
              .name = "partition",
              .argument = "N",
              .help = "all events go into this partition",
              .completion = Completion::partition},
             build.partition,
             [](std::string_view text) {
               return parse_partition(text, 0, topic::partition_count_max - 1);
             })
      .choice({.name = "partitioner",
               .help = "murmur2 puts a key where Kafka's clients put it, and keeps events without "
                       "a key together; round-robin and sticky ignore keys (murmur2)",
               .configurable = true},
              build.partitioner,
              {{"murmur2", Partitioner::murmur2},
               {"round-robin", Partitioner::round_robin},
               {"sticky", Partitioner::sticky}})
      .flag({.name = "keep-partition", .help = "with -J: use the envelope's partition"},
            build.keeps_partition);
}

void add_writing_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  table.group("Writing")
      .value({.name = "sync",
              .argument = "LEVEL",
              .help = "when an event is acknowledged: after a sync in the background "
                      "(interval[:DUR], default interval:100ms), after a sync of its batch "
                      "(batch), or after the write (none: a power loss can remove it)",
              .common = true,
              .completion = Completion::values,
              .values = {"interval", "batch", "none"},
              .configurable = true},
             arguments.sync, parse_sync)
      .value({.name = "producer",
              .argument = "NAME",
              .help = "make the command repeatable: a second run with the same input appends only "
                      "the missing events",
              .common = true},
             options.producer)
      .value({.name = "dedup",
              .argument = "seq:PATH",
              .help = "with --producer: this field of the events grows, and those up to the last "
                      "value that is stored are dropped",
              .completion = Completion::values,
              .values = {"seq:"}},
             options.build.sequence_path, parse_dedup)
      .value({.name = "after",
              .argument = "VALUE",
              .help = "with --dedup: where a new name begins; events up to VALUE are dropped"},
             options.after, parse_after);
}

// When the events are not appended at once, or not at all.
void add_condition_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  table
      .flag({.name = "atomic",
             .help = "store all events of the input, or none if it cannot be read to its end"},
            options.is_atomic)
      .value({.name = "expect-last",
              .argument = "N|none",
              .help = "append the events, all of one key, only if the log has no event of the key "
                      "after offset N; exit 1 if it has",
              .completion = Completion::values,
              .values = {"none"}},
             options.expected_last, parse_expected_last)
      .list({.name = "max-lag",
             .argument = "GROUP=N",
             .help = "append only while the consumer group is at most N events behind in the "
                     "partition",
             .completion = Completion::group},
            options.lag_limits, parse_lag_limit)
      .choice({.name = "on-full",
               .help = "with --max-lag: wait for the group, or fail with exit status 75 (wait)"},
              arguments.on_full, {{"wait", OnFull::wait}, {"fail", OnFull::fail}});
}

void add_batch_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  add_compression_option(table, arguments.compression);
  table
      .value({.name = "batch-size",
              .argument = "SIZE",
              .help = "size of a batch before compression (1M)",
              .configurable = true},
             options.build.batch_bytes,
             [](std::string_view text) -> Result<std::size_t> {
               const std::int64_t size = TRY(text::parse_kafka_size(text));
               if (size < 1 || size > (64 << 20)) {
                 return text::refused(text, "is not a size from 1B to 64M");
               }
               return static_cast<std::size_t>(size);
             })
      .value({.name = "linger",
              .argument = "DUR",
              .help = "how long an event may wait for others in the same batch (5ms)",
              .configurable = true},
             options.input.linger_ns, parse_nanoseconds)
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "how long to wait for another writer's lock (10s), or with --max-lag for the "
                      "group (for ever)",
              .configurable = true},
             arguments.timeout_ns, parse_nanoseconds);
}

void add_output_options(cli::OptionTable& table, ProduceArguments& arguments) {
  ProduceOptions& options = arguments.options;
  table.group("Output")
      .flag({.letter = 'j',
             .name = "json",
             .help = "print a receipt for each acknowledged event",
             .common = true},
            options.prints_receipts)
      .flag({.name = "tee", .help = "copy acknowledged events to standard output"},
            options.copies_input)
      .flag({.name = "dry-run", .help = "check the events, and write nothing"}, options.is_dry_run);
  add_progress_option(table, arguments.progress);
  table.flag({.letter = 'q', .name = "quiet", .help = "only errors"}, arguments.is_quiet)
      .count({.letter = 'v', .name = "verbose", .help = "print a summary; given twice, print more"},
             options.verbosity);
}

}  // namespace

cli::OptionTable produce_table(ProduceArguments& arguments) {
  cli::OptionTable table("estream-produce", "Appends events, one a line, to a topic.");
  table
      .operands({.label = "TOPIC", .completion = Completion::topic}, 1, cli::OptionTable::no_limit,
                arguments.topics)
      .config_topic([&] { return topic_of_config(arguments.topics); });
  add_input_options(table, arguments);
  add_record_options(table, arguments);
  add_topic_options(table, arguments);
  add_writing_options(table, arguments);
  add_condition_options(table, arguments);
  add_batch_options(table, arguments);
  add_output_options(table, arguments);
  table.built_with(versions_of_parts())
      .example("... | estream-produce -K .user orders", "append events; the key is a field")
      .example("estream-produce -i dump.ndjson --time-field .at --reject bad.ndjson orders",
               "a file with its own timestamps; bad lines go into bad.ndjson")
      .example("estream-consume -j a | estream-produce -J b",
               "copy a topic with keys, headers and timestamps");
  return table;
}

}  // namespace estream::tool
