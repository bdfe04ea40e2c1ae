#include "tool/inspect/inspect_options.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "cli/environment.h"
#include "io/signals.h"
#include "io/terminal.h"
#include "io/user_file.h"
#include "read/partition_source.h"
#include "text/parsing.h"
#include "text/say.h"
#include "text/time.h"
#include "text/values.h"

namespace estream::tool {

namespace {

using Verb = InspectVerb;

Error misuse(const std::string& message) { return {Error::Code::usage, message}; }

// Takes the expression off the front of the operands.
Result<std::string> take_expression(std::vector<std::string>& operands) {
  if (operands.empty()) return misuse("expect: needs an expression, such as 'count == 1000'");
  std::string expression = std::move(operands.front());
  operands.erase(operands.begin());
  return expression;
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool wants_color(ColorWish wish) {
  if (wish != ColorWish::automatic) return wish == ColorWish::always;
  if (!variable("NO_COLOR").empty()) return false;
  const std::string_view force = variable("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return io::is_terminal(io::standard_output) && variable("TERM") != "dumb";
}

bool has_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != value.npos || value.find("utf8") != value.npos;
  }
  return false;
}

ReportStyle read_style(const InspectArguments& typed, Timestamp now) {
  using Shape = ReportStyle::Shape;
  ReportStyle style =
      report_style(typed.is_json ? Shape::json : Shape::table, typed.read.zone.of_output());
  if (typed.is_without_header) style.heading = ReportStyle::Heading::hidden;
  if (typed.is_in_bytes) style.sizes = ReportStyle::Sizes::in_bytes;
  if (wants_color(typed.color)) style.color = ReportStyle::Color::ansi;
  style.draws_blocks = has_utf8_locale();
  style.now = now;
  return style;
}

Result<std::optional<std::int64_t>> read_bucket(const std::optional<text::Duration>& bucket) {
  if (!bucket) return std::optional<std::int64_t>();
  const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(*bucket).count();
  if (ms <= 0) return misuse("option --by: write at least 1ms");
  return std::optional(ms);
}

// A number of events, or a time.
Result<void> read_max_lag(const std::string& text, InspectOptions& options) {
  if (const auto count = text::parse_count(text)) {
    options.max_lag_events = *count;
    return {};
  }
  const auto duration = text::parse_duration(text);
  if (!duration) {
    return misuse("option --max-lag: " +
                  text::unclear(text, "write a number of events, or a time such as 5m").message);
  }
  options.max_lag_ms = std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
  return {};
}

Result<InspectOptions> checked(InspectArguments typed) {
  InspectOptions options;
  options.verb = typed.verb;
  if (typed.verb == Verb::expect) options.expression = TRY(take_expression(typed.operands));
  std::vector<std::string>& topics = typed.read.topics;
  topics.insert(topics.begin(), typed.operands.begin(), typed.operands.end());
  if (topics.empty() && typed.verb == Verb::keys) return misuse("keys: TOPIC... is missing");
  if (topics.empty() && typed.verb == Verb::schema) return misuse("schema: TOPIC... is missing");
  if (topics.empty() && typed.verb == Verb::expect) return misuse("expect: TOPIC... is missing");
  const text::TimeContext context = TRY(time_context(typed.read));
  options.request = TRY(read_request(typed.read, context));
  options.key_field = std::move(typed.key_field);
  options.max_rows = typed.max;
  options.bucket_ms = TRY(read_bucket(typed.bucket));
  if (typed.watch) options.watch_ns = typed.watch->count();
  if (typed.follows && !typed.watch) options.watch_ns = 1'000'000'000;
  if (typed.timeout) options.timeout_ns = typed.timeout->count();
  if (typed.settle && !typed.timeout) return misuse("option --settle: needs -T");
  if (typed.settle) options.settle_ns = typed.settle->count();
  if (typed.max_lag) TRY(read_max_lag(*typed.max_lag, options));
  if (typed.is_without_decoding) options.depth = log::Depth::checksums;
  options.progress = typed.read.progress_mode();
  options.is_count = typed.is_count;
  options.is_verbose = typed.read.verbosity > 0;
  options.is_quiet = typed.read.is_quiet;
  options.style = read_style(typed, context.now);
  return options;
}

// What stands in place of a verb is a topic, but not when there is none of that name and the word
// is nearly a verb.
Result<void> check_misspelt(io::System& system, const Command<InspectOptions>& command) {
  read::SourceRequest request = command.options.request.sources;
  const std::string& suggestion = command.outcome.verb_suggestion;
  if (suggestion.empty()) return {};
  request.topics.resize(1);
  const auto found = read::find_partitions(system, request);
  if (found || found.error().code != Error::Code::not_found) return {};
  return misuse(found.error().message + "; " + suggestion);
}

}  // namespace

Result<Command<InspectOptions>> parse_inspect_options(io::System& system, cli::Args args) {
  Command<InspectOptions> command =
      TRY(parse_command<InspectArguments>(system, args, inspect_table, checked));
  const read::SourceRequest& sources = command.options.request.sources;
  if (sources.names == read::TopicNames::literal) {
    TRY(check_topic_arguments(system, sources.topics));
    TRY(check_misspelt(system, command));
  }
  return command;
}

}  // namespace estream::tool
