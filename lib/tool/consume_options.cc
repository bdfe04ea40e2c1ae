#include "tool/consume_options.h"

#include <algorithm>
#include <utility>

#include "cli/environment.h"
#include "cli/say.h"
#include "cli/values.h"
#include "tool/versions.h"

namespace estream::tool {

namespace {

// The command line as it was typed. What depends on other options (the zone of a time) stays text
// until all of them are known.
struct Typed {
  std::vector<std::string> topics;
  std::vector<std::int32_t> partitions;
  bool is_regex = false;
  bool waits = false;
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<cli::Duration> length;
  std::optional<std::int64_t> tail;
  std::optional<std::int64_t> max;
  std::optional<MergeOrder> order;
  bool follows = false;
  std::optional<cli::Duration> timeout;
  std::optional<cli::Duration> idle;
  bool is_uncommitted = false;
  OnCorrupt on_corrupt = OnCorrupt::stop;
  std::optional<std::string> cursor_file;

  std::optional<std::string> key;
  std::vector<json::Grep> greps;
  std::vector<json::Filter> filters;
  bool is_count = false;
  bool is_no_match_ok = false;

  bool is_json = false;
  std::optional<std::string> format;
  std::optional<std::string> delimiter;
  bool is_null_delimited = false;
  bool is_without_value = false;
  std::optional<DelimiterInValue> delimiter_in_value;
  json::EnvelopeOptions::Time time_format = json::EnvelopeOptions::Time::milliseconds;
  bool is_unbuffered = false;

  std::optional<std::string> dir;
  bool is_utc = false;
  bool is_quiet = false;
  int verbosity = 0;
};

Error misuse(const std::string& message) { return {Error::Code::usage, message}; }

void add_selecting(cli::OptionTable& table, Typed& typed) {
  table.operands({.label = "TOPIC...", .completion = cli::Completion::topic}, 1,
                 cli::OptionTable::no_limit, typed.topics);
  table.group("Selecting")
      .list({.letter = 'o',
             .name = "from",
             .argument = "POS",
             .help = "start at earliest, latest, an offset N, +N, -N, @TIME, or PARTITION=POS; "
                     "default earliest",
             .common = true},
            typed.from)
      .list({.name = "to", .argument = "POS", .help = "end before that position"}, typed.to)
      .value({.letter = 'S',
              .name = "since",
              .argument = "TIME",
              .help = "only events at or after TIME: -10m, today, 2026-11-20T14:03Z",
              .common = true},
             typed.since)
      .value({.letter = 'U',
              .name = "until",
              .argument = "TIME",
              .help = "only events before TIME",
              .common = true},
             typed.until)
      .value({.name = "for", .argument = "DUR", .help = "the length of the time from -S or to -U"},
             typed.length, cli::parse_duration)
      .value({.name = "tail",
              .argument = "N",
              .help = "only the last N of what would be printed",
              .common = true},
             typed.tail, cli::parse_count)
      .value({.letter = 'n',
              .name = "max",
              .argument = "N",
              .help = "stop after N events",
              .common = true},
             typed.max, cli::parse_count)
      .flag({.letter = 'f', .name = "follow", .help = "at the end, wait for more", .common = true},
            typed.follows)
      .list({.letter = 't',
             .name = "topic",
             .argument = "TOPIC",
             .help = "same as a topic argument",
             .completion = cli::Completion::topic},
            typed.topics)
      .value({.letter = 'p',
              .name = "partition",
              .argument = "LIST",
              .help = "only these partitions: 0,2,5-7",
              .common = true,
              .completion = cli::Completion::partition},
             typed.partitions, cli::parse_partitions)
      .flag({.letter = 'r', .name = "regex", .help = "topic arguments are regular expressions"},
            typed.is_regex)
      .choice({.name = "order",
               .argument = "WORD",
               .help = "how partitions mix: by time (default for several), offset, or one "
                       "partition after the other"},
              typed.order,
              {{"time", MergeOrder::time},
               {"offset", MergeOrder::offset},
               {"partition", MergeOrder::partition}})
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "give up after DUR, exit 124"},
             typed.timeout, cli::parse_duration)
      .value({.name = "idle", .argument = "DUR", .help = "with -f: stop after a silence of DUR"},
             typed.idle, cli::parse_duration)
      .flag({.name = "wait", .help = "wait for a topic that does not exist yet"}, typed.waits)
      .value({.name = "cursor-file",
              .argument = "FILE",
              .help = "go on where FILE says, and keep it up to date",
              .completion = cli::Completion::file},
             typed.cursor_file)
      .choice({.name = "on-corrupt",
               .argument = "WORD",
               .help = "damaged batches: stop (default) or skip; exit 3 in both cases"},
              typed.on_corrupt, {{"stop", OnCorrupt::stop}, {"skip", OnCorrupt::skip}})
      .flag({.name = "uncommitted",
             .help = "in a Kafka broker's directory: also open and aborted transactions"},
            typed.is_uncommitted);
}

void add_filtering(cli::OptionTable& table, Typed& typed) {
  table.group("Filtering")
      .value({.letter = 'k',
              .name = "key",
              .argument = "STR",
              .help = "only events with this key",
              .common = true},
             typed.key)
      .list({.letter = 'G',
             .name = "grep",
             .argument = "[!]F:RE",
             .help = "only matches: k:RE key, v:RE value, t:RE topic, h:NAME=RE header; all of "
                     "several",
             .common = true},
            typed.greps, json::Grep::parse)
      .list({.letter = 'w',
             .name = "where",
             .argument = "EXPR",
             .help = "only where true: '.type == \"payment\" and .amount > 10'",
             .common = true},
            typed.filters, json::Filter::parse)
      .flag({.letter = 'c',
             .name = "count",
             .help = "print only the number of events",
             .common = true},
            typed.is_count)
      .flag({.letter = 'q',
             .name = "quiet",
             .help = "only errors on stderr; with a filter: print nothing, exit 0 at the first "
                     "match, else 1"},
            typed.is_quiet)
      .flag({.name = "ok-empty", .help = "exit 0 when a filter matched nothing"},
            typed.is_no_match_ok);
}

void add_output(cli::OptionTable& table, Typed& typed) {
  using Time = json::EnvelopeOptions::Time;
  table.group("Output")
      .flag({.letter = 'j',
             .name = "json",
             .help = "print events with key, headers and place",
             .common = true},
            typed.is_json)
      .value({.letter = 'F',
              .name = "format",
              .argument = "FMT",
              .help = "print by format: %k key, %v value, %o offset, %{.a.b} field, \\n ...",
              .common = true},
             typed.format)
      .value({.letter = 'D',
              .name = "delimiter",
              .argument = "S",
              .help = "after each event, instead of a newline"},
             typed.delimiter, cli::parse_delimiter)
      .flag({.letter = '0', .name = "null-delim", .help = "events end in NUL"},
            typed.is_null_delimited)
      .flag({.name = "no-value", .help = "with -j: without the value"}, typed.is_without_value)
      .choice({.name = "delimiter-in-value",
               .argument = "WORD",
               .help = "a value that contains the delimiter: ok, json (print it as a JSON string) "
                       "or error; default: warn once"},
              typed.delimiter_in_value,
              {{"ok", DelimiterInValue::ok},
               {"json", DelimiterInValue::json},
               {"error", DelimiterInValue::error},
               {"warn", DelimiterInValue::warn}})
      .choice({.name = "time-format", .argument = "WORD", .help = "with -j: ts in ms or rfc3339"},
              typed.time_format, {{"ms", Time::milliseconds}, {"rfc3339", Time::rfc3339}})
      .flag({.letter = 'u', .name = "unbuffered", .help = "write each event at once"},
            typed.is_unbuffered);
}

void add_general(cli::OptionTable& table, Typed& typed) {
  table.group("General")
      .value({.letter = 'd',
              .name = "dir",
              .argument = "DIR",
              .help = "where the topics are; default ESTREAM_DIR, then ~/.local/share/estream",
              .common = true,
              .completion = cli::Completion::directory},
             typed.dir)
      .flag({.name = "utc", .help = "times without a zone are UTC"}, typed.is_utc)
      .count({.letter = 'v', .name = "verbose", .help = "say more on stderr"}, typed.verbosity)
      .example("estream-consume orders | jq .amount", "all events, then end")
      .example("estream-consume -f -o latest -w '.amount > 5000' orders", "what comes in")
      .example("estream-consume -S -1h -k user-42 -j orders", "one key, the last hour")
      .example("estream-consume -c -S today orders payments", "how many of both topics")
      .example("estream-consume --cursor-file c.json orders", "what is new since the last run");
}

// An error of a value that was read late, with the option's name as the table would have put it.
Error of_option(const char* option, const Error& error) {
  return {error.code, std::string("option ") + option + ": " + error.message};
}

Result<std::vector<cli::Position>> read_positions(const char* option,
                                                  const std::vector<std::string>& texts,
                                                  const cli::TimeContext& context) {
  std::vector<cli::Position> positions;
  for (const std::string& text : texts) {
    auto position = cli::parse_position(text, context);
    if (!position) return of_option(option, position.error());
    if (position->kind == cli::Position::Kind::stored) {
      return misuse(std::string("option ") + option + ": " + text +
                    "? there are no groups to have stored it; use --cursor-file");
    }
    positions.push_back(*position);
  }
  return positions;
}

Result<std::optional<Timestamp>> read_time(const char* option,
                                           const std::optional<std::string>& text,
                                           const cli::TimeContext& context) {
  if (!text) return std::optional<Timestamp>();
  auto time = cli::parse_time(*text, context);
  if (!time) return of_option(option, time.error());
  return std::optional(*time);
}

Result<TimeRange> read_times(const Typed& typed, const cli::TimeContext& context) {
  TimeRange times = {TRY(read_time("-S", typed.since, context)),
                     TRY(read_time("-U", typed.until, context))};
  if (!typed.length) return times;
  if (times.since.has_value() == times.until.has_value()) {
    return misuse("option --for: needs -S or -U, and not both");
  }
  const std::int64_t ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(*typed.length).count();
  if (times.since) {
    times.until = Timestamp{times.since->ms + ms};
  } else {
    times.since = Timestamp{times.until->ms - ms};
  }
  return times;
}

Result<void> check_together(const Typed& typed) {
  if (typed.is_json && typed.format) return misuse("options -j and -F: give only one of them");
  if (typed.delimiter && typed.is_null_delimited) {
    return misuse("options -D and -0: give only one of them");
  }
  if (typed.is_without_value && !typed.is_json) return misuse("option --no-value: needs -j");
  if (typed.idle && !typed.follows) return misuse("option --idle: needs -f");
  return {};
}

// A JSON string hides a delimiter only if it is one of the characters that are escaped in it.
bool is_escaped_in_json(const std::string& delimiter) {
  return std::ranges::any_of(delimiter, [](char c) { return c >= 0 && c < ' '; });
}

Result<RecordShape> read_shape(const Typed& typed) {
  RecordShape shape;
  if (typed.delimiter) shape.delimiter = *typed.delimiter;
  if (typed.is_null_delimited) shape.delimiter = std::string(1, '\0');
  shape.delimiter_in_value = typed.delimiter_in_value.value_or(DelimiterInValue::warn);
  shape.envelope.time = typed.time_format;
  if (typed.is_without_value) shape.envelope.value = json::EnvelopeOptions::Value::omitted;
  if (typed.is_json) shape.kind = RecordShape::Kind::envelope;
  if (typed.format) {
    shape.kind = RecordShape::Kind::format;
    shape.format = TRY(json::Format::parse(*typed.format));
    shape.is_numbered = typed.format->find("%i") != std::string::npos;
    if (!typed.delimiter && !typed.is_null_delimited) shape.delimiter.clear();
  }
  if (shape.is_numbered && typed.tail) {
    return misuse("option -F: %i cannot be had with --tail, which does not count from the start");
  }
  const bool wants_json = shape.delimiter_in_value == DelimiterInValue::json;
  if (wants_json && !is_escaped_in_json(shape.delimiter)) {
    return misuse("option --delimiter-in-value: json does not hide this delimiter");
  }
  return shape;
}

Result<ConsumeOptions> checked(Typed typed) {
  TRY(check_together(typed));
  using Zone = cli::TimeContext::Zone;
  const cli::TimeContext context = {TRY(cli::current_time()),
                                    typed.is_utc ? Zone::utc : Zone::local};
  ConsumeOptions options;
  options.sources = {std::move(typed.topics), std::move(typed.partitions),
                     typed.is_regex ? TopicNames::regex : TopicNames::literal,
                     TRY(cli::data_root(typed.dir))};
  options.waits_for_topic = typed.waits;
  options.from = TRY(read_positions("-o", typed.from, context));
  options.to = TRY(read_positions("--to", typed.to, context));
  options.times = TRY(read_times(typed, context));
  options.order = typed.order;
  options.follows = typed.follows;
  if (typed.timeout) options.timeout_ns = typed.timeout->count();
  if (typed.idle) options.idle_ns = typed.idle->count();
  options.cursor_file = typed.cursor_file;
  options.selection = {typed.key, std::move(typed.greps), std::move(typed.filters)};
  options.is_no_match_ok = typed.is_no_match_ok;
  options.shape = TRY(read_shape(typed));
  options.sink.max_records = typed.max;
  options.sink.tail = typed.tail;
  if (typed.is_unbuffered) options.sink.buffering = SinkOptions::Buffering::record;

  const bool has_filter = !options.selection.is_everything();
  options.feed.on_corrupt = typed.on_corrupt;
  if (typed.is_uncommitted) options.feed.isolation = Isolation::uncommitted;
  if (typed.is_count) options.sink.action = SinkOptions::Action::count;
  if (typed.is_quiet && has_filter) options.sink.action = SinkOptions::Action::find;
  if (options.sink.action != SinkOptions::Action::print) {
    options.shape.kind = RecordShape::Kind::nothing;
    options.shape.is_numbered = false;
    if (!has_filter) options.feed.counting = Counting::by_batch;
  }
  return options;
}

}  // namespace

Result<ConsumeCommand> parse_consume_options(cli::Args args) {
  Typed typed;
  cli::OptionTable table("estream-consume",
                         "Prints the events of topics to standard output and ends at their end.");
  table.built_with(versions_of_parts());
  add_selecting(table, typed);
  add_filtering(table, typed);
  add_output(table, typed);
  add_general(table, typed);
  ConsumeCommand command;
  command.outcome = TRY(table.parse(args));
  if (command.outcome.action != cli::ParseOutcome::Action::run) return command;
  cli::set_verbosity(typed.is_quiet ? -1 : typed.verbosity);
  command.options = TRY(checked(std::move(typed)));
  return command;
}

}  // namespace estream::tool
