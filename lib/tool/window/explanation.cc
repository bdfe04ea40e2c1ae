#include "tool/window/explanation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "cli/help.h"
#include "text/duration.h"
#include "tool/report/report.h"

namespace estream::tool {

namespace {

using window::Operator;

std::string shown(std::int64_t ms) { return text::format_duration(std::chrono::milliseconds(ms)); }

std::string input_of(const WindowOptions& options) {
  if (options.input) return "Reads lines of standard input to their end.";
  const std::string topics = fmt::format("{}", fmt::join(options.request.sources.topics, ", "));
  const std::string until = options.follows ? "and waits for more" : "to their present end";
  return fmt::format(
      "Reads {} {}{}.", topics, until,
      options.request.selection.is_everything() ? "" : ", only events that pass the filters");
}

std::string key_of(const WindowOptions& options) {
  const auto& key = options.plan->key;
  std::string text = "All events are one group";
  if (!key) {
    text = "Events are grouped by the key of their record";
  } else if (!key->empty()) {
    std::string fields;
    for (const query::Computation& field : *key) {
      fields += (fields.empty() ? "" : ", ") + field.text();
    }
    text = "Events are grouped by " + fields;
  }
  if (options.input) return text + ".";
  return text +
         (options.is_one_task ? ", over all partitions together." : ", each partition by itself.");
}

std::string windows_of(const WindowOptions& options) {
  const window::Settings& settings = options.settings;
  const std::string size = shown(settings.size_ms);
  const char* const start = settings.is_by_days ? "; days begin at midnight of the zone" : "";
  switch (settings.op) {
    case Operator::tumble:
      return fmt::format("Windows are {} long, one after the other{}.", size, start);
    case Operator::hop:
      return fmt::format("Windows are {} long, and one begins every {}{}.", size,
                         shown(settings.step_ms), start);
    case Operator::session:
      return fmt::format("A session ends when its key has had no event for {}{}.", size,
                         settings.max_ms ? ", or is " + shown(*settings.max_ms) + " long" : "");
    case Operator::trailing:
      return fmt::format(
          "Each event gives a line about the events of its key in the {} up to it; one that is "
          "exactly {} older is not among them.",
          size, size);
    case Operator::dedup:
      return fmt::format(
          "An event passes, unchanged, unless one of its key within {} before or after it has "
          "passed.",
          size);
    case Operator::absent:
      return fmt::format("A line says that a key has had no event for {}.", size);
    case Operator::sequence:
      return fmt::format(
          "A line tells of {} of one key in their order, with others between them, at most {} from "
          "the first to the last event.",
          text::format_count(static_cast<std::int64_t>(settings.steps.size()), "step", "steps"),
          size);
  }
  return "";
}

const char* at_end_of(const WindowOptions& options) {
  if (options.follows) return "";
  return options.closes_at_end ? ", or at the end of the input"
                               : "; at the end of the input it stays open for the next run";
}

std::string clock_of(const WindowOptions& options) {
  const window::Settings& settings = options.settings;
  const std::string time = options.plan->time ? "field " + options.plan->time->text
                                              : std::string("the timestamp of its record");
  std::string text = fmt::format(
      "The time of an event is {}, and the clock of a partition is its newest event", time);
  if (options.follows) {
    text += fmt::format("; it goes on by itself when none came for {}",
                        text::format_duration(std::chrono::nanoseconds(options.idle_ns)));
  }
  const std::string grace =
      settings.grace_ms > 0 ? " and " + shown(settings.grace_ms) + " more" : "";
  const bool closes = settings.op == Operator::tumble || settings.op == Operator::hop ||
                      settings.op == Operator::session;
  if (closes) {
    text += fmt::format(". A window closes when {} passed its end{}{}",
                        options.is_one_task ? "the clocks of all partitions have" : "the clock has",
                        grace, at_end_of(options));
  } else if (settings.is_sorted) {
    text += fmt::format(
        ". Events are taken in the order of their times, when the clock has passed "
        "them{}",
        grace);
  } else {
    text += ". Events are taken as they come";
  }
  return text + ".";
}

std::string late_of(const WindowOptions& options) {
  switch (options.late.kind) {
    case LateOptions::Kind::file:
      return "Events that are too late go to the file " + options.late.file + ".";
    case LateOptions::Kind::topic:
      return "Events that are too late go to the topic " + options.late.topic->target.topic.name +
             ".";
    default:
      return "Events that are too late are counted and dropped.";
  }
}

std::string selection_of(const ResultSelection& selection) {
  std::string text;
  if (selection.having) {
    text += fmt::format(" Only those count for which this is true: {}.", selection.having->text());
  }
  if (selection.top) {
    text += fmt::format(" Of each window, the {} with the largest {} are taken.",
                        selection.top->count, selection.top->name);
  }
  return text;
}

std::string output_of(const WindowOptions& options) {
  const std::vector<std::string>& names = options.aggregation.names();
  std::string text = options.settings.op == Operator::dedup ? "Events" : "Results";
  if (!names.empty()) text += fmt::format(" have {}, and", fmt::join(names, ", "));
  if (options.into) {
    text += fmt::format(" are stored in {} exactly once", options.into->target.topic.name);
  } else {
    text += " are printed";
  }
  if (options.group) text += fmt::format("; group {} goes on where it was", options.group->name);
  return text + "." + selection_of(options.selection);
}

}  // namespace

std::string explanation_of(const WindowOptions& options) {
  return cli::wrapped(fmt::format("{} {} {} {} {} {}", input_of(options), key_of(options),
                                  windows_of(options), clock_of(options), late_of(options),
                                  output_of(options)));
}

std::string dry_run_of(const WindowRun& run) {
  const WindowCounts counts = run.tasks().counts();
  return fmt::format("{}: {} accepted, {} skipped, {} late, {} rejected; {} of {}.\n",
                     text::format_count(counts.total(), "event", "events"), counts.accepted,
                     counts.skipped, counts.late, counts.rejected,
                     text::format_count(run.tasks().results(), "result", "results"),
                     text::format_count(run.tasks().keys(), "key", "keys"));
}

}  // namespace estream::tool
