#include "tool/inspect/inspect_options.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "cli/environment.h"
#include "io/signals.h"
#include "io/terminal.h"
#include "io/user_file.h"
#include "text/parsing.h"
#include "text/say.h"
#include "text/time.h"
#include "tool/inspect/inspect_option_table.h"

namespace estream::tool {

namespace {

using Verb = InspectVerb;

constexpr std::array<std::pair<std::string_view, Verb>, 9> verbs = {{{"topics", Verb::topics},
                                                                     {"offsets", Verb::offsets},
                                                                     {"segments", Verb::segments},
                                                                     {"batches", Verb::batches},
                                                                     {"keys", Verb::keys},
                                                                     {"hist", Verb::hist},
                                                                     {"schema", Verb::schema},
                                                                     {"verify", Verb::verify},
                                                                     {"expect", Verb::expect}}};

Error misuse(const std::string& message) { return {Error::Code::usage, message}; }

std::string_view name_of(Verb verb) {
  return std::ranges::find(verbs, verb, &std::pair<std::string_view, Verb>::second)->first;
}

// An option that only some verbs have, and whether it was given.
struct VerbOption {
  const char* name;
  bool is_given;
  std::initializer_list<Verb> verbs;
};

Result<void> check_verb(const InspectArguments& typed, Verb verb) {
  const std::initializer_list<Verb> scans = {Verb::batches, Verb::keys, Verb::hist, Verb::schema,
                                             Verb::expect};
  const std::initializer_list<Verb> filters = {Verb::keys, Verb::schema};
  const std::initializer_list<Verb> tables = {Verb::topics,  Verb::offsets, Verb::segments,
                                              Verb::batches, Verb::keys,    Verb::hist,
                                              Verb::schema};
  const std::initializer_list<VerbOption> options = {
      {"--from", !typed.read.from.empty(), scans},
      {"--to", !typed.read.to.empty(), scans},
      {"--since",
       typed.read.since.has_value(),
       {Verb::offsets, Verb::batches, Verb::keys, Verb::hist, Verb::schema, Verb::expect}},
      {"--until", typed.read.until.has_value(), scans},
      {"--for", typed.read.length.has_value(), scans},
      {"--max", typed.max.has_value(), {Verb::batches, Verb::keys, Verb::schema}},
      {"--key", typed.read.key.has_value(), filters},
      {"--grep", !typed.read.greps.empty(), filters},
      {"--where", !typed.read.filters.empty(), filters},
      {"--key-field", typed.key_field.has_value(), {Verb::keys}},
      {"--count", typed.is_count, {Verb::topics}},
      {"--by", typed.bucket.has_value(), {Verb::hist}},
      {"--follow", typed.follows, {Verb::hist}},
      {"--timeout", typed.timeout.has_value(), {Verb::expect}},
      {"--settle", typed.settle.has_value(), {Verb::expect}},
      {"--no-decode", typed.is_without_decoding, {Verb::verify}},
      {"--progress", typed.progress.has_value(), {Verb::verify}},
      {"--watch", typed.watch.has_value(), tables},
      {"--no-header", typed.is_without_header, tables},
      {"--bytes", typed.is_in_bytes, tables}};
  for (const VerbOption& option : options) {
    if (!option.is_given || std::ranges::find(option.verbs, verb) != option.verbs.end()) continue;
    return misuse(std::string("option ") + option.name + ": " + std::string(name_of(verb)) +
                  " does not have it; try 'estream-inspect -h'");
  }
  return {};
}

// Takes the verb, and what belongs to it, off the front of the operands.
Result<void> take_verb(InspectArguments& typed, InspectOptions& options) {
  std::vector<std::string>& operands = typed.operands;
  if (operands.empty()) return {};
  const auto found =
      std::ranges::find(verbs, operands.front(), &std::pair<std::string_view, Verb>::first);
  if (found == verbs.end()) return {};
  options.verb = found->second;
  operands.erase(operands.begin());
  if (options.verb != Verb::expect) return {};
  if (operands.empty()) return misuse("expect: needs an expression, such as 'count == 1000'");
  options.expression = operands.front();
  operands.erase(operands.begin());
  return {};
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

int terminal_width() {
  constexpr int preset = 80;
  constexpr int widest = 500;
  const auto columns = text::parse_whole(variable("COLUMNS"));
  if (columns && *columns > 0) return static_cast<int>(std::min<std::int64_t>(*columns, widest));
  return std::min(io::terminal_columns(io::standard_output).value_or(preset), widest);
}

ReportStyle read_style(const InspectArguments& typed, Timestamp now) {
  using Shape = ReportStyle::Shape;
  ReportStyle style = report_style(typed.is_json ? Shape::json : Shape::table);
  if (typed.is_without_header) style.heading = ReportStyle::Heading::hidden;
  if (typed.is_in_bytes) style.sizes = ReportStyle::Sizes::in_bytes;
  if (wants_color(typed.color)) style.color = ReportStyle::Color::ansi;
  style.draws_blocks = has_utf8_locale();
  style.width = terminal_width();
  style.now = now;
  return style;
}

Result<std::optional<std::int64_t>> read_bucket(const std::optional<text::Duration>& bucket) {
  if (!bucket) return std::optional<std::int64_t>();
  const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(*bucket).count();
  if (ms <= 0) return misuse("option --by: write at least 1ms");
  return std::optional(ms);
}

Result<InspectOptions> checked(InspectArguments typed) {
  InspectOptions options;
  TRY(take_verb(typed, options));
  TRY(check_verb(typed, options.verb));
  std::vector<std::string>& topics = typed.read.topics;
  topics.insert(topics.begin(), typed.operands.begin(), typed.operands.end());
  const bool needs_topic =
      options.verb == Verb::keys || options.verb == Verb::schema || options.verb == Verb::expect;
  if (topics.empty() && needs_topic) {
    return misuse(std::string(name_of(options.verb)) + ": TOPIC... is missing");
  }
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
  if (typed.is_without_decoding) options.depth = log::Depth::checksums;
  if (typed.progress) options.progress = *typed.progress;
  if (typed.read.is_quiet) options.progress = cli::Progress::Mode::never;
  options.is_count = typed.is_count;
  options.is_verbose = typed.read.verbosity > 0;
  options.is_quiet = typed.read.is_quiet;
  options.style = read_style(typed, context.now);
  return options;
}

}  // namespace

Result<Command<InspectOptions>> parse_inspect_options(cli::Args args) {
  return parse_command<InspectArguments>(args, inspect_table, checked);
}

}  // namespace estream::tool
