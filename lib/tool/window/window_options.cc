#include "tool/window/window_options.h"

#include <chrono>
#include <utility>

#include "text/parsing.h"
#include "text/position.h"
#include "tool/arguments/needed_options.h"
#include "tool/group/group_sinks.h"
#include "tool/window/row_form.h"
#include "tool/window/window_operators.h"
#include "tool/window/window_option_table.h"
#include "window/aggregate_parser.h"

namespace estream::tool {

namespace {

using window::Operator;

Error wrong_window(const std::string& message) { return {Error::Code::usage, message}; }

std::int64_t whole_ms(const std::optional<text::Duration>& duration) {
  if (!duration) return 0;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
}

bool is_one_of(Operator op, std::initializer_list<Operator> operators) {
  for (const Operator one : operators) {
    if (op == one) return true;
  }
  return false;
}

// Reads -K. An empty text is one group for all.
Result<void> read_key(const WindowArguments& typed, window::RowPlan& plan) {
  if (!typed.key_fields) return {};
  plan.key.emplace();
  if (typed.key_fields->empty()) return {};
  for (const std::string_view part : query::split_list(*typed.key_fields)) {
    if (part.empty()) {
      return wrong_window(
          "option --key-field: " +
          text::unclear(*typed.key_fields, "write fields, as in .user,.city").message);
    }
    auto field = query::Computation::parse(part);
    if (!field) {
      return wrong_window("option --key-field: " + std::string(part) + ": " +
                          field.error().message);
    }
    plan.key->push_back(*std::move(field));
  }
  return {};
}

Result<window::Aggregation> read_aggregates(const WindowArguments& typed, Operator op,
                                            window::RowPlan& plan) {
  if (op == Operator::dedup && !typed.aggregates.empty()) {
    return wrong_window("option --aggregate: --dedup prints events as they are");
  }
  window::ArgumentPlan arguments;
  window::Aggregation all;
  std::vector<std::string> texts = typed.aggregates;
  const bool has_default = !is_one_of(op, {Operator::dedup, Operator::absent, Operator::sequence});
  if (texts.empty() && has_default) texts = {"n=count"};
  for (const std::string& text : texts) {
    auto parsed = window::Aggregation::parse(text, arguments);
    if (parsed) {
      if (auto appended = all.append(*std::move(parsed)); !appended) parsed = appended.error();
    }
    if (!parsed) return wrong_window("option --aggregate: " + parsed.error().message);
  }
  if (auto added = plan.add_arguments(arguments); !added) {
    return wrong_window("option --aggregate: " + added.error().message);
  }
  return all;
}

// What --having may name without a dot.
std::vector<std::string> line_names(const window::Aggregation& aggregation) {
  std::vector<std::string> names = aggregation.names();
  names.insert(names.end(), std::begin(window::line_members), std::end(window::line_members));
  return names;
}

Result<ResultSelection> read_selection(const WindowArguments& typed, Operator op,
                                       const window::Aggregation& aggregation) {
  ResultSelection selection;
  if (op == Operator::dedup && (typed.having || typed.top)) {
    return wrong_window("options --having and --top: --dedup has no results but the events");
  }
  if (typed.having) {
    auto having = query::Filter::parse_with_bare_names(*typed.having, line_names(aggregation));
    if (!having) return wrong_window("option --having: " + having.error().message);
    selection.having = *std::move(having);
  }
  if (!typed.top) return selection;
  if (!is_one_of(op, {Operator::tumble, Operator::hop})) {
    return wrong_window(
        "option --top: needs --tumble or --hop, whose windows are common to all keys");
  }
  if (typed.emit && *typed.emit != window::Emit::close) {
    return wrong_window("options --top and --emit: the largest are known when the window closes");
  }
  const std::size_t colon = typed.top->find(':');
  const auto count = text::parse_whole(std::string_view(*typed.top).substr(0, colon));
  if (colon == std::string::npos || !count || *count < 1) {
    return wrong_window("option --top: " +
                        text::unclear(*typed.top, "write N:NAME, as in 10:revenue").message);
  }
  const std::string name = typed.top->substr(colon + 1);
  auto value = query::Computation::parse("." + name);
  if (!value)
    return wrong_window("option --top: " + text::unclear(*typed.top, "NAME is one of -a").message);
  selection.top = {static_cast<std::size_t>(*count), name, *std::move(value)};
  return selection;
}

Result<void> check_top(const ResultSelection& selection, const window::Aggregation& aggregation) {
  if (!selection.top) return {};
  std::string names;
  for (const std::string& name : aggregation.names()) {
    if (name == selection.top->name) return {};
    names += (names.empty() ? "" : ", ") + name;
  }
  return wrong_window("option --top: there is no result " + selection.top->name + "; there are " +
                      names);
}

// A file has a slash in its name, and a topic has none.
Result<LateOptions> read_late(const WindowArguments& typed, const std::string& data_root) {
  LateOptions late;
  if (!typed.late || *typed.late == "drop") return late;
  if (typed.late->find('/') != std::string::npos) {
    late.kind = LateOptions::Kind::file;
    late.file = *typed.late;
    return late;
  }
  late.kind = LateOptions::Kind::topic;
  late.topic = TRY(read_sink_topic("--late", *typed.late, typed.compression, data_root));
  return late;
}

Result<void> check_input(const WindowArguments& typed) {
  const bool reads_stdin = typed.read.topics.size() == 1 && typed.read.topics.front() == "-";
  if (!reads_stdin) {
    return check_needed(false, "- as the topic", {{typed.envelope.has_value(), "--envelope"}});
  }
  TRY(check_needed(false, "topics; - is standard input",
                   {{typed.group.name.has_value(), "--group"},
                    {!typed.read.from.empty(), "--from"},
                    {!typed.read.to.empty(), "--to"},
                    {!typed.read.partitions.empty(), "--partition"},
                    {typed.read.is_regex, "--regex"},
                    {typed.is_dry_run, "--dry-run"},
                    {typed.waits, "--wait"},
                    {typed.timeout.has_value(), "--timeout"},
                    {typed.follows, "--follow"}}));
  if (!typed.time_field && !typed.envelope) {
    return wrong_window(
        "option --time: lines of standard input have no timestamp; say which field "
        "has the time: --time .ts");
  }
  return {};
}

Result<void> check_group(const WindowArguments& typed) {
  TRY(check_needed(typed.group.name.has_value(), "-g GROUP",
                   {{typed.into.has_value(), "--into"}, {typed.closes_at_end, "--close-at-end"}}));
  TRY(check_needed(typed.into.has_value(), "--into TOPIC",
                   {{typed.partitions.has_value(), "--partitions"}}));
  TRY(check_needed(typed.follows, "-f", {{typed.idle.has_value(), "--idle"}}));
  TRY(check_needed(typed.is_explained, "--explain", {{typed.is_dry_run, "--dry-run"}}));
  if (!typed.group.name) return {};
  return check_needed(false, "a run without -g",
                      {{!typed.read.to.empty(), "--to"},
                       {typed.read.since.has_value(), "--since"},
                       {typed.read.until.has_value(), "--until"},
                       {typed.read.length.has_value(), "--for"},
                       {typed.max.has_value(), "--max"}});
}

// In which order events are applied: see pipelines.
bool needs_order(const window::Settings& settings, bool is_one_task) {
  if (is_one_of(settings.op, {Operator::tumble, Operator::hop})) return false;
  if (is_one_task) return true;
  return settings.grace_ms > 0 &&
         is_one_of(settings.op, {Operator::trailing, Operator::absent, Operator::sequence});
}

Result<void> read_settings(const WindowArguments& typed, window::RowPlan& plan,
                           WindowOptions& options) {
  window::Settings& settings = options.settings;
  settings = TRY(read_operator(typed, plan.conditions));
  settings.grace_ms = whole_ms(typed.grace);
  if (typed.max_future) settings.max_future_ms = whole_ms(typed.max_future);
  if (typed.max_keys) settings.max_keys = *typed.max_keys;
  settings.emit = typed.emit.value_or(window::Emit::close);
  settings.zone = typed.read.zone.of_output();
  if (settings.emit != window::Emit::close &&
      is_one_of(settings.op, {Operator::trailing, Operator::dedup, Operator::sequence})) {
    return wrong_window("option --emit: goes with --tumble, --hop, --session and --absent");
  }
  // The keys of a group may be in many partitions, and the largest of a window are of all of them.
  // Standard input is one partition, whose order is the only one.
  options.is_one_task = (typed.key_fields || typed.top) && !options.input;
  const bool is_split = typed.read.topics.size() > 1 || typed.read.is_regex;
  if (settings.op == Operator::sequence && is_split && !options.is_one_task) {
    return wrong_window(
        "option --seq: several topics need -K PATH, so that they are read together; "
        "-K '$key' is the record's key");
  }
  settings.is_sorted = needs_order(settings, options.is_one_task);
  return {};
}

// Everything that results depend on.
std::string fingerprint_of(const WindowArguments& typed) {
  std::string text;
  const auto add = [&text](const char* name, const std::string& value) {
    text += std::string(name) + '\0' + value + '\0';
  };
  const auto add_one = [&add](const char* name, const std::optional<std::string>& value) {
    if (value) add(name, *value);
  };
  for (const auto& [name, value] : {std::pair("tumble", typed.tumble),
                                    {"hop", typed.hop},
                                    {"session", typed.session},
                                    {"trailing", typed.trailing},
                                    {"dedup", typed.dedup},
                                    {"absent", typed.absent},
                                    {"within", typed.within},
                                    {"unless", typed.unless},
                                    {"K", typed.key_fields},
                                    {"having", typed.having},
                                    {"top", typed.top},
                                    {"k", typed.read.key},
                                    {"zone", typed.read.zone.name}}) {
    add_one(name, value);
  }
  for (const cli::GivenOption& step : typed.steps) add(step.name.c_str(), step.value);
  for (const std::string& aggregate : typed.aggregates) add("a", aggregate);
  for (const query::Filter& filter : typed.read.filters) add("w", filter.text());
  for (const query::Grep& grep : typed.read.greps) add("G", grep.text());
  if (typed.time_field) add("time", typed.time_field->text);
  if (typed.is_unmatched_shown) add("unmatched", "");
  add("emit", std::to_string(static_cast<int>(typed.emit.value_or(window::Emit::close))));
  add("grace", std::to_string(whole_ms(typed.grace)));
  add("max-future", typed.max_future ? std::to_string(whole_ms(typed.max_future)) : "");
  return text;
}

Result<void> read_output(const WindowArguments& typed, WindowOptions& options) {
  options.shape = TRY(read_shape(typed.output, options.request.zone));
  options.buffering = typed.output.buffering();
  const bool is_shaped = typed.output.is_json || typed.output.format || typed.output.delimiter ||
                         typed.output.is_null_delimited;
  if (!typed.into) return {};
  if (is_shaped) {
    return wrong_window("option --into: stores results as they are; -j, -F and -D go without it");
  }
  options.into = TRY(
      read_sink_topic("--into", *typed.into, typed.compression, options.request.sources.data_root));
  options.into->target.partitions = typed.partitions;
  return {};
}

Result<WindowOptions> checked(WindowArguments typed) {
  TRY(check_input(typed));
  TRY(check_group(typed));
  const text::TimeContext context = TRY(time_context(typed.read));
  WindowOptions options;
  options.group = TRY(read_group(typed.group, typed.read.from, context));
  options.request = TRY(read_request(typed.read, context));
  options.waits_for_topic = typed.waits;
  if (typed.read.topics.size() == 1 && typed.read.topics.front() == "-") {
    options.input = typed.envelope.value_or(InputFormat::json);
  }
  auto plan = std::make_shared<window::RowPlan>();
  plan->time = typed.time_field;
  TRY(read_key(typed, *plan));
  TRY(read_settings(typed, *plan, options));
  options.aggregation = TRY(read_aggregates(typed, options.settings.op, *plan));
  options.selection = TRY(read_selection(typed, options.settings.op, options.aggregation));
  TRY(check_top(options.selection, options.aggregation));
  options.plan = std::move(plan);
  options.row_form = row_form_of(options.plan);
  options.late = TRY(read_late(typed, options.request.sources.data_root));
  options.fingerprint = fingerprint_of(typed);
  options.follows = typed.follows;
  options.closes_at_end = !options.group || typed.closes_at_end;
  if (typed.idle) options.idle_ns = typed.idle->count();
  if (typed.timeout) options.timeout_ns = typed.timeout->count();
  options.max_results = typed.max;
  options.is_no_match_ok = typed.is_no_match_ok;
  options.is_explained = typed.is_explained;
  options.is_dry_run = typed.is_dry_run;
  options.progress = typed.follows ? cli::Progress::Mode::never : typed.read.progress_mode();
  TRY(read_output(typed, options));
  return options;
}

}  // namespace

Result<Command<WindowOptions>> parse_window_options(io::System& system, cli::Args args) {
  return parse_command<WindowArguments>(system, args, window_table, checked);
}

}  // namespace estream::tool
