#include "tool/produce/produce_options.h"

#include <algorithm>

#include "cli/environment.h"
#include "group/producer_directory.h"
#include "io/user_file.h"
#include "json/envelope_writer.h"
#include "read/partition_source.h"
#include "text/say.h"
#include "text/values.h"
#include "tool/arguments/write_values.h"
#include "tool/report/work_progress.h"
#include "tool/user_config.h"

namespace estream::tool {

namespace {

Error usage(std::string message) { return {Error::Code::usage, std::move(message)}; }

Result<void> check_topics(io::System& system, const std::vector<std::string>& topics) {
  if (topics.size() == 1) return {};
  for (const std::string& text : topics) {
    const auto status = io::path_status(system, text);
    if (!status || !*status || (*status)->kind != io::FileStatus::Kind::regular) continue;
    return usage("argument " + text + " is one too many; to read that file, write -i " + text);
  }
  return usage("argument " + topics.back() + " is one too many; try 'estream-produce -h'");
}

Result<void> check_keys(const BuildOptions& build) {
  const int ways = (build.key ? 1 : 0) + (build.key_path ? 1 : 0) + (build.key_delimiter ? 1 : 0);
  if (ways > 1) return usage("the key comes from one of -k, -K and --key-delimiter");
  const bool is_json = build.format == InputFormat::json;
  if (!is_json && build.key_path) return usage("-K needs events that are JSON");
  if (!is_json && build.time_path) return usage("--time-field needs events that are JSON");
  if (build.format != InputFormat::json && !build.header_fields.empty()) {
    return usage("--header-field needs events that are JSON");
  }
  if (is_envelope(build.format) && build.key_delimiter) {
    return usage("--key-delimiter does not go with -J: the envelope has the key");
  }
  if (build.keeps_partition && !is_envelope(build.format)) {
    return usage("--keep-partition needs -J");
  }
  if (build.keeps_partition && build.partition) {
    return usage("--keep-partition and -p exclude each other");
  }
  return {};
}

// What the command line says of the zone, although no time is read, is a mistake; what the config
// file says is not.
Result<void> check_times(const BuildOptions& build, bool is_zone_typed) {
  if (build.time_pattern && !build.time_path) return usage("--time-format needs --time-field");
  if (is_zone_typed && !build.time_path) return usage("--zone and --utc need --time-field");
  if (!build.time_pattern || build.time_pattern->has_zone() || build.zone) return {};
  return usage("--time-format: the times have no zone; give %z in the pattern, or --zone");
}

Result<void> check_outputs(const ProduceOptions& options) {
  if (options.prints_receipts && options.copies_input) {
    return usage("-j and --tee both use standard output; give only one");
  }
  if (options.reject_path) TRY(text::check_output_file("--reject", *options.reject_path));
  if (options.reject_limit && !options.reject_path) return usage("--reject-limit needs --reject");
  const bool is_compared = options.producer && !options.build.sequence_path;
  if (is_compared && options.build.partitioner != Partitioner::murmur2) {
    return usage(
        "--producer needs a partitioner that chooses the same partitions in a second run: "
        "--partitioner murmur2");
  }
  if (options.producer && options.producer->empty()) return usage("--producer: the name is empty");
  const std::vector<std::string>& inputs = options.input.inputs;
  if (options.input.follows && (inputs.empty() || inputs.front() == "-")) {
    return usage("-f needs -i FILE: standard input is read to its end anyway");
  }
  if (options.input.follows && inputs.size() > 1) {
    return usage("-f follows one file, and -i names " + std::to_string(inputs.size()) +
                 "; run estream-produce once for each; they can append at the same time");
  }
  return {};
}

// All events have one key, and so one partition, and all or none are appended.
Result<void> check_expected_last(const ProduceOptions& options) {
  const BuildOptions& build = options.build;
  if (!options.expected_last) return {};
  const bool has_key =
      build.key || build.key_path || build.key_delimiter || is_envelope(build.format);
  if (!has_key) return usage("--expect-last needs the key of the events: give -k or -K");
  if (build.key_missing == KeyMissing::null) {
    return usage("--expect-last needs a key in each event: leave out --key-missing=null");
  }
  if (build.partitioner != Partitioner::murmur2 && !build.partition) {
    return usage(
        "--expect-last needs the partition that belongs to the key: --partitioner murmur2");
  }
  if (build.keeps_partition) return usage("--expect-last and --keep-partition exclude each other");
  if (options.reject_path) {
    return usage("--expect-last appends all events or none, so that --reject does not go with it");
  }
  if (options.input.follows) return usage("--expect-last needs an input that ends: leave out -f");
  if (options.input.inputs.size() > 1) {
    return usage("--expect-last needs one input, and -i names " +
                 std::to_string(options.input.inputs.size()));
  }
  if (options.is_dry_run) {
    return usage("--expect-last and --dry-run exclude each other: only an append shows the answer");
  }
  return {};
}

// Each event says where it is in the input, and so needs no comparison with the log.
Result<void> check_dedup(const ProduceOptions& options) {
  const BuildOptions& build = options.build;
  if (options.after && !build.sequence_path) return usage("--after needs --dedup");
  if (!build.sequence_path) return {};
  if (!options.producer) return usage("--dedup needs a name for the input: give --producer NAME");
  TRY(group::check_producer_name(*options.producer));
  if (build.format != InputFormat::json) return usage("--dedup needs events that are JSON");
  if (build.empty_is_tombstone) {
    return usage("--dedup and -Z exclude each other: an empty value has no field");
  }
  if (options.expected_last) return usage("--dedup and --expect-last exclude each other");
  if (options.is_dry_run) return usage("--dedup and --dry-run exclude each other");
  return {};
}

// All events of the input are stored at its end, or none.
Result<void> check_atomic(const ProduceOptions& options) {
  if (!options.is_atomic) return {};
  if (options.expected_last) {
    return usage("--atomic and --expect-last exclude each other: --expect-last stores all or none");
  }
  if (options.build.sequence_path) return usage("--atomic and --dedup exclude each other");
  if (!options.lag_limits.empty()) return usage("--atomic and --max-lag exclude each other");
  if (options.input.follows) return usage("--atomic needs an input that ends: leave out -f");
  if (options.target.sync_level == log::SyncLevel::none) {
    return usage(
        "--atomic needs a sync, so that a power loss does not take a part: leave out --sync=none");
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
  if (is_envelope(build.format)) {
    return build.record_bytes_max * json::envelope_growth_max + json::envelope_frame_bytes_max;
  }
  return build.record_bytes_max + build.key_delimiter.value_or("").size();
}

Result<void> complete(io::System& system, const ProduceArguments& typed, ProduceOptions& options) {
  options.target.sync_level = typed.sync.level;
  options.sync_interval_ns = typed.sync.interval_ns;
  options.build.codec = typed.compression.codec;
  options.build.level = typed.compression.level;
  options.build.format = typed.format.value_or(InputFormat::json);
  if (typed.envelope) {
    if (typed.format) return usage("--format and -J exclude each other");
    options.build.format = *typed.envelope;
  }
  options.build.zone = typed.zone.zone;
  if (typed.is_null_delimited) options.build.delimiter = std::string(1, '\0');
  if (typed.rate) apply_rate(*typed.rate, options.input);
  if (typed.is_quiet) options.verbosity = -1;
  options.progress = progress_mode(typed.progress, typed.is_quiet);
  // An offset that an event has can only be one of a topic that exists.
  const bool expects_event = options.expected_last && options.expected_last->offset;
  options.target.creates_topic = !typed.is_not_created && !expects_event;
  if (typed.on_full && options.lag_limits.empty()) return usage("--on-full needs --max-lag");
  options.on_full = typed.on_full.value_or(OnFull::wait);
  options.lag_timeout_ns = typed.timeout_ns;
  if (typed.timeout_ns) options.target.lock_timeout_ns = *typed.timeout_ns;
  options.build.headers = TRY(encode_headers(typed.headers));
  TRY(check_keys(options.build));
  TRY(check_outputs(options));
  TRY(check_expected_last(options));
  TRY(check_dedup(options));
  TRY(check_atomic(options));
  options.build.continues_after_bad_lines = options.reject_path.has_value();
  options.build.places_by_content = options.producer && !options.build.sequence_path;
  options.input.delimiter = options.build.delimiter;
  options.input.skips_blank_lines =
      options.build.format != InputFormat::text && !options.build.empty_is_tombstone;
  // Text may be any bytes, those of a compressed file as well.
  options.input.unpacks = options.build.format != InputFormat::text;
  options.input.line_bytes_max = line_bytes_max(options.build);
  options.input.chunk_bytes = std::max(options.input.chunk_bytes, options.build.batch_bytes);
  const std::string root = TRY(cli::data_root(typed.directory));
  read::SourceRequest request;
  request.data_root = root;
  options.target.topic = TRY(read::topic_ref_of(system, typed.topics.front(), request));
  options.target.partition = options.build.partition;
  if (!options.target.topic.partitions.empty()) return usage("name the partition with -p N");
  return {};
}

}  // namespace

Result<ProduceRequest> parse_produce_options(io::System& system, cli::Args args) {
  ProduceArguments arguments;
  ProduceRequest request;
  request.outcome = TRY(produce_table(arguments).parse(args, user_config(system)));
  if (request.outcome.action != cli::ParseOutcome::Action::run) return request;
  request.options = arguments.options;
  TRY(check_topics(system, arguments.topics));
  const auto& configured = request.outcome.configured;
  if (std::ranges::find(configured, "partitions") != configured.end()) {
    // A preset for topics that are made, and not what a topic that is there must have.
    request.options.target.settings.partition_count = *request.options.target.partitions;
    request.options.target.partitions.reset();
  }
  TRY(read_zone(system, arguments.zone, configured));
  TRY(complete(system, arguments, request.options));
  const auto is_typed = [&](const char* name, bool is_given) {
    return is_given && std::ranges::find(configured, name) == configured.end();
  };
  TRY(check_times(request.options.build, is_typed("zone", arguments.zone.name.has_value()) ||
                                             is_typed("utc", arguments.zone.is_utc)));
  return request;
}

}  // namespace estream::tool
