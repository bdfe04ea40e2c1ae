#include "tool/produce/produce_options.h"

#include <algorithm>

#include "cli/environment.h"
#include "json/envelope_writer.h"
#include "text/parsing.h"
#include "text/say.h"
#include "text/values.h"
#include "tool/arguments/versions.h"
#include "tool/arguments/write_values.h"
#include "topic/topic_config.h"

namespace estream::tool {

namespace {

using cli::Completion;

// What the table writes to before it is checked as a whole.
struct Raw {
  std::optional<std::string> directory;
  std::vector<std::string> topics;
  bool is_envelope = false;
  bool is_null_delimited = false;
  std::vector<text::KeyValue> headers;
  std::optional<InputFormat> format;
  std::optional<text::Rate> rate;
  bool is_quiet = false;
  bool is_not_created = false;
};

Error usage(std::string message) { return {Error::Code::usage, std::move(message)}; }

void add_input_options(cli::OptionTable& table, Raw& raw, ProduceOptions& options) {
  table.group("Input")
      .list({.letter = 'i',
             .name = "input",
             .argument = "FILE",
             .help = "read FILE instead of standard input; may be given again",
             .common = true,
             .completion = Completion::file},
            options.input.inputs)
      .flag({.letter = 'J',
             .name = "envelope",
             .help = "lines are what estream-consume -j writes",
             .common = true},
            raw.is_envelope)
      .choice({.name = "format", .help = "json checks every event, text takes anything"},
              raw.format, {{"json", InputFormat::json}, {"text", InputFormat::text}})
      .value({.letter = 'D',
              .name = "delimiter",
              .argument = "S",
              .help = "events end in S, not newline; \\n \\t \\0 \\xNN"},
             options.build.delimiter, text::parse_delimiter)
      .flag({.letter = '0', .name = "null-delim", .help = "events end in NUL"},
            raw.is_null_delimited)
      .value({.letter = 'n', .name = "max", .argument = "N", .help = "stop after N events"},
             options.input.events_max, text::parse_count)
      .flag({.letter = 'f', .name = "follow", .help = "at the end of -i FILE, wait for more"},
            options.input.follows)
      .value({.name = "rate", .argument = "RATE", .help = "no faster than 500/s, 10k/s, 5MiB/s"},
             raw.rate, text::parse_rate)
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

void add_record_options(cli::OptionTable& table, Raw& raw, ProduceOptions& options) {
  BuildOptions& build = options.build;
  table.group("Records")
      .value({.letter = 'K',
              .name = "key-field",
              .argument = "PATH",
              .help = "the key is this field of the event: .user.id",
              .common = true},
             build.key_path, json::parse_path)
      .value({.letter = 'k',
              .name = "key",
              .argument = "STR",
              .help = "the same key for all",
              .common = true},
             build.key)
      .value({.name = "key-delimiter",
              .argument = "S",
              .help = "the key is what comes before the first S in the line"},
             build.key_delimiter, text::parse_delimiter)
      .choice({.name = "key-missing",
               .help = "an event without key is rejected, or stored with none (reject)"},
              build.key_missing, {{"reject", KeyMissing::reject}, {"null", KeyMissing::null}})
      .list({.letter = 'H', .name = "header", .argument = "K=V", .help = "add a header"},
            raw.headers, text::parse_key_value)
      .value({.name = "time-field",
              .argument = "PATH",
              .help = "the timestamp is this field: Unix time, or a date with a zone",
              .common = true},
             build.time_path, json::parse_path)
      .flag({.letter = 'Z', .name = "tombstones", .help = "an empty value deletes its key"},
            build.empty_is_tombstone);
}

void add_topic_options(cli::OptionTable& table, Raw& raw, ProduceOptions& options) {
  BuildOptions& build = options.build;
  table.group("Topic")
      .value({.letter = 'd',
              .name = "dir",
              .argument = "DIR",
              .help = "where the topics are (ESTREAM_DIR)",
              .completion = Completion::directory},
             raw.directory)
      .list({.letter = 't',
             .name = "topic",
             .argument = "TOPIC",
             .help = "the same as the argument",
             .completion = Completion::topic},
            raw.topics)
      .value({.name = "partitions",
              .argument = "N",
              .help = "how many, when the topic is made now (1)",
              .common = true},
             options.target.partitions,
             [](std::string_view text) {
               return parse_partition(text, 1, topic::partition_count_max);
             })
      .value({.name = "segment-bytes",
              .argument = "SIZE",
              .help = "of a segment, when the topic is made now (1G)"},
             options.target.segment_bytes, text::parse_kafka_size)
      .flag({.name = "no-create", .help = "an unknown topic is an error"}, raw.is_not_created)
      .value({.letter = 'p',
              .name = "partition",
              .argument = "N",
              .help = "all into this one",
              .completion = Completion::partition},
             build.partition,
             [](std::string_view text) {
               return parse_partition(text, 0, topic::partition_count_max - 1);
             })
      .choice({.name = "partitioner",
               .help = "murmur2 puts a key where Kafka's clients would and leaves the "
                       "others together; round-robin and sticky ignore keys (murmur2)"},
              build.partitioner,
              {{"murmur2", Partitioner::murmur2},
               {"round-robin", Partitioner::round_robin},
               {"sticky", Partitioner::sticky}})
      .flag({.name = "keep-partition", .help = "with -J, the envelope's partition"},
            build.keeps_partition);
}

void add_writing_options(cli::OptionTable& table, ProduceOptions& options, Sync& sync,
                         Compression& compression) {
  table.group("Writing")
      .value({.name = "sync",
              .argument = "LEVEL",
              .help = "an event is acknowledged when it is on the device: interval[:DUR] "
                      "(interval:100ms) syncs in the background, batch each batch; none when it is "
                      "written, which a power loss can undo",
              .common = true},
             sync, parse_sync)
      .value({.name = "producer",
              .argument = "NAME",
              .help = "idempotent: run it again with the same input, and only what is missing is "
                      "appended",
              .common = true},
             options.producer)
      .value({.letter = 'z',
              .name = "compression",
              .argument = "CODEC",
              .help = "zstd[:1-19] or none (zstd:1)"},
             compression, parse_compression)
      .value({.name = "batch-size", .argument = "SIZE", .help = "of a batch, uncompressed (1M)"},
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
              .help = "how long an event may wait for others to share its batch (5ms)"},
             options.input.linger_ns,
             [](std::string_view text) -> Result<std::int64_t> {
               const text::Duration duration = TRY(text::parse_duration(text));
               return duration.count();
             })
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "how long to wait for another writer's lock (10s)"},
             options.target.lock_timeout_ns, [](std::string_view text) -> Result<std::int64_t> {
               const text::Duration duration = TRY(text::parse_duration(text));
               return duration.count();
             });
}

void add_output_options(cli::OptionTable& table, Raw& raw, ProduceOptions& options) {
  table.group("Output")
      .flag({.letter = 'j',
             .name = "json",
             .help = "print a receipt for each acknowledged event",
             .common = true},
            options.prints_receipts)
      .flag({.name = "tee", .help = "copy acknowledged events to standard output"},
            options.copies_input)
      .flag({.name = "dry-run", .help = "check and place, write nothing"}, options.is_dry_run)
      .choice(
          {.name = "progress", .help = "on standard error: auto only if that is a terminal (auto)"},
          options.progress,
          {{"auto", cli::Progress::Mode::automatic},
           {"always", cli::Progress::Mode::always},
           {"never", cli::Progress::Mode::never}})
      .flag({.letter = 'q', .name = "quiet", .help = "only errors"}, raw.is_quiet)
      .count({.letter = 'v', .name = "verbose", .help = "a summary; twice, more"},
             options.verbosity);
}

Result<void> check_keys(const BuildOptions& build) {
  const int ways = (build.key ? 1 : 0) + (build.key_path ? 1 : 0) + (build.key_delimiter ? 1 : 0);
  if (ways > 1) return usage("the key comes from one of -k, -K and --key-delimiter");
  const bool is_json = build.format == InputFormat::json;
  if (!is_json && build.key_path) return usage("-K needs events that are JSON");
  if (!is_json && build.time_path) return usage("--time-field needs events that are JSON");
  if (build.format == InputFormat::envelope && build.key_delimiter) {
    return usage("--key-delimiter does not go with -J: the envelope has the key");
  }
  if (build.keeps_partition && build.format != InputFormat::envelope) {
    return usage("--keep-partition needs -J");
  }
  if (build.keeps_partition && build.partition) {
    return usage("--keep-partition and -p exclude each other");
  }
  return {};
}

Result<void> check_outputs(const ProduceOptions& options) {
  if (options.prints_receipts && options.copies_input) {
    return usage("-j and --tee both want standard output");
  }
  if (options.reject_path) TRY(text::check_output_file("--reject", *options.reject_path));
  if (options.reject_limit && !options.reject_path) return usage("--reject-limit needs --reject");
  if (options.producer && options.build.partitioner != Partitioner::murmur2) {
    return usage("--producer needs a placement that a second run repeats: --partitioner murmur2");
  }
  if (options.producer && options.producer->empty()) return usage("--producer: the name is empty");
  const std::vector<std::string>& inputs = options.input.inputs;
  if (options.input.follows && (inputs.empty() || inputs.front() == "-")) {
    return usage("-f needs -i FILE: standard input is read to its end anyway");
  }
  if (options.input.follows && inputs.size() > 1) {
    return usage("-f follows one file, and -i names " + std::to_string(inputs.size()) +
                 "; run estream-produce once for each, they can append side by side");
  }
  if (options.target.segment_bytes && (*options.target.segment_bytes < topic::segment_bytes_min ||
                                       *options.target.segment_bytes > topic::segment_bytes_max)) {
    return usage("--segment-bytes: write a size from 1K to 2147483647");
  }
  return {};
}

void apply_rate(const text::Rate& rate, ChunkReaderOptions& input) {
  const double per_second = static_cast<double>(rate.amount) * 1e9 /
                            static_cast<double>(std::max<std::int64_t>(1, rate.per.count()));
  if (rate.kind == text::Rate::Kind::records) {
    input.lines_per_second = per_second;
  } else {
    input.bytes_per_second = per_second;
  }
}

// So that every record which can be stored can be read. What is longer cannot be one.
std::size_t line_bytes_max(const BuildOptions& build) {
  if (build.format == InputFormat::envelope) {
    return build.record_bytes_max * json::envelope_growth_max + json::envelope_frame_bytes_max;
  }
  return build.record_bytes_max + build.key_delimiter.value_or("").size();
}

Result<void> complete(Raw& raw, ProduceOptions& options) {
  options.build.format = raw.format.value_or(InputFormat::json);
  if (raw.is_envelope) {
    if (raw.format) return usage("--format and -J exclude each other");
    options.build.format = InputFormat::envelope;
  }
  if (raw.is_null_delimited) options.build.delimiter = std::string(1, '\0');
  if (raw.rate) apply_rate(*raw.rate, options.input);
  if (raw.is_quiet) options.verbosity = -1;
  options.target.creates_topic = !raw.is_not_created;
  options.build.headers = TRY(encode_headers(raw.headers));
  TRY(check_keys(options.build));
  TRY(check_outputs(options));
  options.build.continues_after_bad_lines = options.reject_path.has_value();
  options.build.places_by_content = options.producer.has_value();
  options.input.delimiter = options.build.delimiter;
  options.input.skips_blank_lines =
      options.build.format != InputFormat::text && !options.build.empty_is_tombstone;
  options.input.line_bytes_max = line_bytes_max(options.build);
  options.input.chunk_bytes = std::max(options.input.chunk_bytes, options.build.batch_bytes);
  const std::string root = TRY(cli::data_root(raw.directory));
  options.target.topic = TRY(topic::parse_topic_argument(raw.topics.front(), root));
  options.target.partition = options.build.partition;
  if (!options.target.topic.partitions.empty()) return usage("name the partition with -p N");
  return {};
}

}  // namespace

Result<ProduceRequest> parse_produce_options(cli::Args args) {
  Raw raw;
  Sync sync;
  Compression compression;
  ProduceRequest request;
  ProduceOptions& options = request.options;
  cli::OptionTable table("estream-produce", "Appends events, one a line, to a topic.");
  table.operands({.label = "TOPIC", .completion = Completion::topic}, 1, 1, raw.topics);
  add_input_options(table, raw, options);
  add_record_options(table, raw, options);
  add_topic_options(table, raw, options);
  add_writing_options(table, options, sync, compression);
  add_output_options(table, raw, options);
  table.built_with(versions_of_parts())
      .example("... | estream-produce -K .user orders", "append, the key is a field")
      .example("estream-produce -i dump.ndjson --time-field .at --reject bad.ndjson orders",
               "a file, with its own times, bad lines aside")
      .example("estream-consume -j a | estream-produce -J b", "copy a topic, nothing lost");
  request.outcome = TRY(table.parse(args));
  if (request.outcome.action != cli::ParseOutcome::Action::run) return request;
  options.target.sync_level = sync.level;
  options.sync_interval_ns = sync.interval_ns;
  options.build.codec = compression.codec;
  options.build.level = compression.level;
  TRY(complete(raw, options));
  return request;
}

}  // namespace estream::tool
