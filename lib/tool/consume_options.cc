#include "tool/consume_options.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/environment.h"
#include "cli/say.h"
#include "cli/time.h"
#include "tool/consume_table.h"

namespace estream::tool {

namespace {

Error misuse(const std::string& message) { return {Error::Code::usage, message}; }

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

Result<TimeRange> read_times(const ConsumeArguments& typed, const cli::TimeContext& context) {
  TimeRange times = {TRY(read_time("--since", typed.since, context)),
                     TRY(read_time("--until", typed.until, context))};
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

Result<void> check_together(const ConsumeArguments& typed) {
  if (typed.is_json && typed.format)
    return misuse("options --json and --format: give only one of them");
  if (typed.delimiter && typed.is_null_delimited) {
    return misuse("options --delimiter and --null-delim: give only one of them");
  }
  if (typed.is_without_value && !typed.is_json) return misuse("option --no-value: needs -j");
  if (typed.idle && !typed.follows) return misuse("option --idle: needs -f");
  return {};
}

// A JSON string hides a delimiter only if it is one of the characters that are escaped in it.
bool is_escaped_in_json(const std::string& delimiter) {
  return std::ranges::any_of(delimiter, [](char c) { return c >= 0 && c < ' '; });
}

Result<RecordShape> read_shape(const ConsumeArguments& typed) {
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
    return misuse(
        "option --format: %i cannot be had with --tail, which does not count from the start");
  }
  const bool wants_json = shape.delimiter_in_value == DelimiterInValue::json;
  if (wants_json && !is_escaped_in_json(shape.delimiter)) {
    return misuse("option --delimiter-in-value: json does not hide this delimiter");
  }
  return shape;
}

Result<ConsumeOptions> checked(ConsumeArguments typed) {
  TRY(check_together(typed));
  using Zone = cli::TimeContext::Zone;
  const cli::TimeContext context = {TRY(cli::current_time()),
                                    typed.is_utc ? Zone::utc : Zone::local};
  ConsumeOptions options;
  options.sources = {std::move(typed.topics), std::move(typed.partitions),
                     typed.is_regex ? TopicNames::regex : TopicNames::literal,
                     TRY(cli::data_root(typed.dir))};
  options.waits_for_topic = typed.waits;
  options.from = TRY(read_positions("--from", typed.from, context));
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
  ConsumeArguments typed;
  const cli::OptionTable table = consume_table(typed);
  ConsumeCommand command;
  command.outcome = TRY(table.parse(args));
  if (command.outcome.action != cli::ParseOutcome::Action::run) return command;
  cli::set_verbosity(typed.is_quiet ? -1 : typed.verbosity);
  command.options = TRY(checked(std::move(typed)));
  return command;
}

}  // namespace estream::tool
