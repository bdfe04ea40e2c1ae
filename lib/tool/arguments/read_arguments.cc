#include "tool/arguments/read_arguments.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/environment.h"
#include "io/user_file.h"
#include "text/values.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

namespace {

// An error of a value that was read late, with the option's name as the table would have put it.
Error of_option(const char* option, const Error& error) {
  return {error.code, std::string("option ") + option + ": " + error.message};
}

Result<std::optional<Timestamp>> read_time(const char* option,
                                           const std::optional<std::string>& text,
                                           const text::TimeContext& context) {
  if (!text) return std::optional<Timestamp>();
  const auto time = text::parse_time(*text, context);
  if (!time) return of_option(option, time.error());
  return std::optional(*time);
}

Result<read::TimeRange> read_times(const ReadArguments& typed, const text::TimeContext& context) {
  read::TimeRange times = {TRY(read_time("--since", typed.since, context)),
                           TRY(read_time("--until", typed.until, context))};
  if (times.since && times.until && *times.since > *times.until) {
    return Error{Error::Code::usage, "options --since and --until: -S " + *typed.since +
                                         " is later than -U " + *typed.until +
                                         ", so there is nothing between them"};
  }
  if (!typed.length) return times;
  if (times.since.has_value() == times.until.has_value()) {
    return Error{Error::Code::usage, "option --for: needs -S or -U, but not both"};
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

// In kcat, -G is for a group.
Result<query::Grep> parse_grep(std::string_view text) {
  auto grep = query::Grep::parse(text);
  if (grep || text.find(':') != text.npos) return grep;
  return Error{grep.error().code,
               grep.error().message + "; estream-consume -g GROUP reads as a member of a group"};
}

}  // namespace

bool ReadArguments::is_configured(std::string_view name) const {
  return std::ranges::find(configured, name) != configured.end();
}

cli::Progress::Mode ReadArguments::progress_mode() const {
  return tool::progress_mode(progress, is_quiet);
}

std::string topic_of_config(const std::vector<std::string>& topics) {
  if (topics.size() != 1 || topics.front().find('/') != std::string::npos) return "";
  return topics.front().substr(0, topics.front().find(':'));
}

Result<void> check_topic_arguments(io::System& system, const std::vector<std::string>& topics) {
  for (const std::string& text : topics) {
    if (text.find('%') != std::string::npos && text.find('/') == std::string::npos) {
      return Error{
          Error::Code::usage,
          "argument " + text + " is not a topic; -F is for a format, -f waits for more events"};
    }
    if (text.find('/') == std::string::npos) continue;
    const auto status = io::path_status(system, text);
    if (!status || !*status || (*status)->kind != io::FileStatus::Kind::regular) continue;
    return Error{Error::Code::usage, "argument " + text +
                                         " is a file, not a topic; 'estream-produce -i " + text +
                                         " TOPIC' stores its events"};
  }
  return {};
}

void add_position_options(cli::OptionTable& table, ReadArguments& arguments) {
  table
      .list({.letter = 'o',
             .name = "from",
             .argument = "POS",
             .help = "start at earliest, latest, an offset N, +N, -N, @TIME, or PARTITION=POS; "
                     "default earliest",
             .common = true,
             .completion = cli::Completion::values,
             .values = {"earliest", "latest"}},
            arguments.from)
      .list({.name = "to",
             .argument = "POS",
             .help = "end before that position",
             .completion = cli::Completion::values,
             .values = {"earliest", "latest"}},
            arguments.to);
}

void add_time_options(cli::OptionTable& table, ReadArguments& arguments) {
  table
      .value({.letter = 'S',
              .name = "since",
              .argument = "TIME",
              .help = "only events at or after TIME: -10m, today, 2026-11-20T14:03Z",
              .common = true,
              .completion = cli::Completion::values,
              .values = {"today", "yesterday", "now"}},
             arguments.since)
      .value({.letter = 'U',
              .name = "until",
              .argument = "TIME",
              .help = "only events before TIME",
              .common = true,
              .completion = cli::Completion::values,
              .values = {"today", "yesterday", "now"}},
             arguments.until)
      .value({.name = "for",
              .argument = "DUR",
              .help = "the length of the time after -S or before -U"},
             arguments.length, text::parse_duration);
}

void add_topic_options(cli::OptionTable& table, ReadArguments& arguments) {
  table
      .list({.letter = 't',
             .name = "topic",
             .argument = "TOPIC",
             .help = "same as a topic argument",
             .completion = cli::Completion::topic},
            arguments.topics)
      .value({.letter = 'p',
              .name = "partition",
              .argument = "LIST",
              .help = "only these partitions: 0,2,5-7",
              .common = true,
              .completion = cli::Completion::partition},
             arguments.partitions, text::parse_partitions)
      .flag({.letter = 'r', .name = "regex", .help = "topic arguments are regular expressions"},
            arguments.is_regex);
}

void add_filter_options(cli::OptionTable& table, ReadArguments& arguments) {
  table
      .value({.letter = 'k',
              .name = "key",
              .argument = "STR",
              .help = "only events with this key",
              .common = true},
             arguments.key)
      .list({.letter = 'G',
             .name = "grep",
             .argument = "[!]F:RE",
             .help = "only matches: k:RE key, v:RE value, t:RE topic, h:NAME=RE header; if "
                     "several, all must match",
             .common = true},
            arguments.greps, parse_grep)
      .list({.letter = 'w',
             .name = "where",
             .argument = "EXPR",
             .help = "only events for which this is true: '.type == \"payment\" and .amount > 10'",
             .common = true},
            arguments.filters, query::Filter::parse);
}

void add_place_options(cli::OptionTable& table, ReadArguments& arguments) {
  table.value({.letter = 'd',
               .name = "dir",
               .argument = "DIR",
               .help = "where the topics are; default ESTREAM_DIR, then ~/.local/share/estream",
               .common = true,
               .completion = cli::Completion::directory,
               .configurable = true,
               .variables = {"ESTREAM_DIR"}},
              arguments.dir);
  add_zone_options(table, arguments.zone,
                   "read and print times in this zone: local, utc, Europe/Berlin or +02:00; "
                   "default: read local, print UTC");
}

Result<text::TimeContext> time_context(const ReadArguments& typed) {
  const Timestamp now = TRY(cli::current_time());
  return text::TimeContext{now, typed.zone.of_input()};
}

Result<std::vector<text::Position>> read_positions(const char* option,
                                                   const std::vector<std::string>& texts,
                                                   const text::TimeContext& context) {
  std::vector<text::Position> positions;
  for (const std::string& text : texts) {
    auto position = text::parse_position(text, context);
    if (!position) return of_option(option, position.error());
    positions.push_back(*std::move(position));
  }
  return positions;
}

Result<read::ReadRequest> read_request(const ReadArguments& typed,
                                       const text::TimeContext& context) {
  read::ReadRequest request;
  const std::string root = TRY(cli::data_root(typed.dir));
  request.sources = {
      typed.topics, typed.partitions,
      typed.is_regex ? read::TopicNames::regex : read::TopicNames::literal, root,
      typed.is_configured("dir") ? "of the config file" : cli::data_root_origin(typed.dir)};
  request.from = TRY(read_positions("--from", typed.from, context));
  request.to = TRY(read_positions("--to", typed.to, context));
  request.times = TRY(read_times(typed, context));
  request.zone = typed.zone.of_output();
  request.selection = {typed.key, typed.greps, typed.filters};
  return request;
}

}  // namespace estream::tool
