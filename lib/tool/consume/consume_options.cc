#include "tool/consume/consume_options.h"

#include "text/values.h"
#include "tool/consume/consume_option_table.h"

namespace estream::tool {

namespace {

Error misuse(const std::string& message) { return {Error::Code::usage, message}; }

// What needs the order in which the log was written.
Result<void> check_reverse(const ConsumeArguments& typed) {
  if (!typed.is_reversed) return {};
  const auto refuse = [](const char* option, const char* instead) {
    return misuse(std::string("options --reverse and ") + option + " do not go together" + instead);
  };
  if (typed.follows) return refuse("--follow", "");
  if (typed.tail) return refuse("--tail", "; --reverse -n N prints the newest N events");
  if (typed.cursor_file) return refuse("--cursor-file", "");
  if (typed.on_corrupt == read::OnCorrupt::skip) return refuse("--on-corrupt=skip", "");
  return {};
}

// A member reads on where the group is, all that comes, in the order of the log.
Result<void> check_group(const ConsumeArguments& typed, const GroupOptions& group) {
  const auto refuse = [](const char* option) {
    return misuse(std::string("options --group and ") + option + " do not go together");
  };
  if (typed.cursor_file) return refuse("--cursor-file");
  if (group.job == GroupOptions::Job::read) return {};
  if (typed.tail) return refuse("--tail");
  if (typed.is_count) return refuse("--count");
  if (typed.is_reversed) return refuse("--reverse");
  if (!typed.read.to.empty()) return refuse("--to");
  if (typed.read.since) return refuse("--since");
  if (typed.read.until) return refuse("--until");
  if (typed.read.length) return refuse("--for");
  const bool has_filter =
      typed.read.key || !typed.read.greps.empty() || !typed.read.filters.empty();
  if (typed.read.is_quiet && has_filter) {
    return misuse("options --group and --quiet with a filter do not go together");
  }
  return {};
}

Result<LookupOptions> check_lookups(const ConsumeArguments& typed) {
  if (typed.read.lookup.wait && !typed.follows) return misuse("option --lookup-wait: needs -f");
  if (typed.read.lookup.specs.empty()) {
    if (typed.read.lookup.wait) return misuse("option --lookup-wait: needs --lookup");
    if (typed.memory_bytes && !typed.read.is_configured("memory")) {
      return misuse("option --memory: needs --lookup");
    }
  }
  return read_lookups(typed.read.lookup, typed.memory_bytes);
}

// What a command gets is not for a terminal, and ends with the delimiter.
Result<void> check_work(const ConsumeArguments& typed, ConsumeOptions& options) {
  using Kind = read::RecordShape::Kind;
  options.shape.is_for_terminal = false;
  if (typed.output.is_unbuffered) return misuse("option --unbuffered: goes without a command");
  if (typed.order) return misuse("option --order: a batch is of one partition; leave it away");
  if (options.work->command.empty()) {
    const bool is_shaped = options.shape.kind != Kind::value || typed.output.delimiter ||
                           typed.output.is_null_delimited || typed.output.delimiter_in_value;
    if (is_shaped)
      return misuse(
          "option --into: stores events as they are; -j, -F and -D need a "
          "command: -- CMD");
    options.shape.delimiter_in_value = read::DelimiterInValue::ok;
    return {};
  }
  if (options.shape.is_numbered) return misuse("option --format: %i does not go with a command");
  if (options.work->is_kept && options.shape.delimiter.empty()) {
    return misuse("option --keep: an empty record ends a batch, so -D must not be empty");
  }
  return {};
}

Result<ConsumeOptions> checked(ConsumeArguments typed) {
  TRY(check_reverse(typed));
  if (typed.idle && !typed.follows) return misuse("option --idle: needs -f");
  const text::TimeContext context = TRY(time_context(typed.read));
  ConsumeOptions options;
  options.group = TRY(read_group(typed.group, typed.read.from, context));
  if (options.group && typed.work.settle) {
    using Job = GroupOptions::Job;
    options.group->doubt = *typed.work.settle;
    if (options.group->job == Job::consume) options.group->job = Job::settle;
  }
  if (options.group) TRY(check_group(typed, *options.group));
  options.request = TRY(read_request(typed.read, context));
  options.lookup = TRY(check_lookups(typed));
  options.waits_for_topic = typed.waits;
  options.order = typed.order;
  options.follows = typed.follows;
  if (typed.timeout) options.timeout_ns = typed.timeout->count();
  if (typed.idle) options.idle_ns = typed.idle->count();
  if (typed.cursor_file) TRY(text::check_output_file("--cursor-file", *typed.cursor_file));
  options.cursor_file = typed.cursor_file;
  options.is_no_match_ok = typed.is_no_match_ok;
  options.progress = typed.follows ? cli::Progress::Mode::never : typed.read.progress_mode();
  options.is_json = typed.output.is_json;
  options.shape = TRY(read_shape(typed.output, options.request.zone));
  if (options.shape.is_numbered && typed.tail) {
    return misuse(
        "option --format: %i does not go with --tail, which does not count from the start");
  }
  options.work = TRY(read_work(typed.work, options.group, options.request.sources.data_root,
                               options.shape.delimiter));
  if (options.work) TRY(check_work(typed, options));
  options.sink.max_records = typed.max;
  options.sink.tail = typed.tail;
  options.sink.buffering = typed.output.buffering();

  const bool has_filter = !options.request.selection.is_everything();
  options.feed.on_corrupt = typed.on_corrupt;
  if (typed.is_reversed) options.feed.direction = read::Direction::reverse;
  options.request.sources.on_corrupt = typed.on_corrupt;
  if (typed.is_uncommitted) options.request.sources.isolation = read::Isolation::uncommitted;
  if (typed.is_count) options.sink.action = read::SinkOptions::Action::count;
  if (typed.read.is_quiet && has_filter) options.sink.action = read::SinkOptions::Action::find;
  if (options.sink.action != read::SinkOptions::Action::print) {
    options.shape.kind = read::RecordShape::Kind::nothing;
    options.shape.is_numbered = false;
    options.feed.direction = read::Direction::forward;  // It makes no difference to a count.
    if (!has_filter && !typed.tail) options.feed.counting = read::Counting::by_batch;
  }
  return options;
}

}  // namespace

GroupReadingOptions ConsumeOptions::group_reading(Lookups* lookups) const {
  return {.group = &*group,
          .request = &request,
          .shape = &shape,
          .feed = feed,
          .order = order.value_or(read::MergeOrder::time),
          .lookups = lookups,
          .follows = follows,
          .idle_ns = idle_ns};
}

Result<Command<ConsumeOptions>> parse_consume_options(io::System& system, cli::Args args) {
  return parse_command<ConsumeArguments>(system, args, consume_table, checked);
}

}  // namespace estream::tool
