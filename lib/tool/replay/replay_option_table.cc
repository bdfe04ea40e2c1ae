#include "tool/replay/replay_option_table.h"

#include <charconv>
#include <cmath>

#include "text/parsing.h"
#include "text/values.h"
#include "tool/arguments/versions.h"
#include "tool/report/work_progress.h"
#include "topic/topic_config.h"

namespace estream::tool {

namespace {

// "10x", "0.5x", "2"; 0 stands for max.
Result<double> parse_speed(std::string_view text) {
  if (text == "max") return 0.0;
  std::string_view digits = text;
  if (digits.ends_with('x')) digits.remove_suffix(1);
  double speed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), speed,
                                            std::chars_format::fixed);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  if (!is_number || !std::isfinite(speed) || speed <= 0) {
    return text::unclear(text, "write 1x, 10x, 0.5x or max");
  }
  return speed;
}

void add_selecting(cli::OptionTable& table, ReplayArguments& arguments) {
  table
      .operands({.label = "TOPIC...", .completion = cli::Completion::topic}, 1,
                cli::OptionTable::no_limit, arguments.read.topics)
      .config_topic([&] {
        // How events are written is a matter of the topic that they are written to.
        if (arguments.into) return topic_of_config({*arguments.into});
        return arguments.read.is_regex ? "" : topic_of_config(arguments.read.topics);
      });
  table.group("Selecting");
  add_position_options(table, arguments.read);
  add_time_options(table, arguments.read);
  add_topic_options(table, arguments.read);
  add_filter_options(table, arguments.read);
  add_lookup_option(table, arguments.read.lookup, false);
  table
      .value({.letter = 'n', .name = "max", .argument = "N", .help = "stop after N events"},
             arguments.max, text::parse_count)
      .choice({.name = "on-corrupt",
               .argument = "WORD",
               .help = "damaged batches: stop (default) or skip; exit 3 in both cases"},
              arguments.on_corrupt,
              {{"stop", read::OnCorrupt::stop}, {"skip", read::OnCorrupt::skip}});
}

void add_pace(cli::OptionTable& table, ReplayArguments& arguments) {
  table.group("Pace")
      .value({.letter = 's',
              .name = "speed",
              .argument = "X",
              .help = "1x (default), 10x, 0.5x, or max: without waiting",
              .common = true},
             arguments.speed, parse_speed)
      .value({.name = "max-gap",
              .argument = "DUR",
              .help = "wait no longer than DUR for any event",
              .common = true},
             arguments.max_gap, text::parse_duration)
      .value({.name = "rate",
              .argument = "RATE",
              .help = "at an even rate: 100/s, 10k/m, 1MiB/s",
              .common = true},
             arguments.rate, text::parse_rate)
      .flag({.name = "step", .help = "print an event each time that Enter is pressed"},
            arguments.steps)
      .flag({.name = "dry-run",
             .help = "print only the number of events and the duration",
             .common = true},
            arguments.is_dry_run)
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "give up after DUR, exit 124"},
             arguments.timeout, text::parse_duration);
}

void add_state(cli::OptionTable& table, ReplayArguments& arguments) {
  table.group("State")
      .flag({.letter = 'L',
             .name = "latest-by-key",
             .help = "only the last event of each key; with -U, as of that time",
             .common = true},
            arguments.wants_state)
      .flag(
          {.name = "include-deleted", .help = "with -L: also keys whose last event is a tombstone"},
          arguments.includes_deleted)
      .value({.name = "memory",
              .argument = "SIZE",
              .help = "with -L or --lookup: memory to use before temporary files; default 64M, for "
                      "--lookup 256M",
              .configurable = true},
             arguments.memory_bytes, text::parse_size)
      .value({.name = "bisect",
              .argument = "CMD",
              .help = "find the first event at which CMD fails; CMD gets all events up to it (with "
                      "-L their state) on standard input"},
             arguments.bisect);
}

void add_copying(cli::OptionTable& table, ReplayArguments& arguments) {
  table.group("Into another topic")
      .value({.name = "into",
              .argument = "TOPIC",
              .help = "append to TOPIC with the same keys, headers and times, at full speed unless "
                      "-s is given",
              .common = true,
              .completion = cli::Completion::topic},
             arguments.into)
      .value({.name = "partitions",
              .argument = "N",
              .help = "number of partitions of a new topic; default: as many as are read",
              .aliases = {"repartition"}},
             arguments.partitions,
             [](std::string_view text) {
               return parse_partition(text, 1, topic::partition_count_max);
             })
      .value({.letter = 'K',
              .name = "rekey",
              .argument = "PATH",
              .help = "the key is this field of the value; also with -L",
              .aliases = {"key-field"}},
             arguments.key_field, json::parse_path);
  add_header_option(table, arguments.headers);
  table
      .value({.name = "retime",
              .argument = "HOW",
              .help = "move all times by +DUR or -DUR, or so that the first one is now"},
             arguments.retime, parse_retime)
      .value({.name = "producer",
              .argument = "NAME",
              .help = "make the command repeatable: a second run with the same topics and options "
                      "appends only the missing events"},
             arguments.producer)
      .value({.name = "sync",
              .argument = "WHEN",
              .help = "interval[:DUR], batch or none, as in estream-produce",
              .completion = cli::Completion::values,
              .values = {"interval", "batch", "none"},
              .configurable = true},
             arguments.sync, parse_sync);
  add_compression_option(table, arguments.compression);
  table.value({.name = "branch",
               .argument = "NEW",
               .help = "make the topic NEW at once; it shares the files",
               .common = true},
              arguments.branch);
}

void add_general(cli::OptionTable& table, ReplayArguments& arguments) {
  table.group("Output");
  add_output_options(table, arguments.output);
  table.group("General");
  add_place_options(table, arguments.read);
  add_progress_option(table, arguments.read.progress);
  table
      .flag({.letter = 'q', .name = "quiet", .help = "only errors on stderr"},
            arguments.read.is_quiet)
      .count({.letter = 'v',
              .name = "verbose",
              .help = "say more on stderr, such as how late events came"},
             arguments.read.verbosity)
      .example("estream-replay -S -10m -s 10x orders | ./service",
               "the last ten minutes, within one minute")
      .example("estream-replay -L -U yesterday accounts", "the state at the beginning of yesterday")
      .example("estream-replay --branch orders-test orders", "a copy for tests, made at once")
      .example("estream-replay --into orders8 --partitions 8 orders",
               "the same events in 8 partitions")
      .example("estream-replay --bisect './check' -L accounts", "which event broke the state");
}

}  // namespace

cli::OptionTable replay_table(ReplayArguments& arguments) {
  cli::OptionTable table(
      "estream-replay",
      "Replays events of topics: at their own pace, as state, or into another topic.");
  table.built_with(versions_of_parts());
  add_selecting(table, arguments);
  add_pace(table, arguments);
  add_state(table, arguments);
  add_copying(table, arguments);
  add_general(table, arguments);
  return table;
}

}  // namespace estream::tool
