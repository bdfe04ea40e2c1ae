#include "tool/window/window_option_table.h"

#include "text/values.h"
#include "tool/arguments/versions.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

namespace {

void add_selecting(cli::OptionTable& table, WindowArguments& arguments) {
  table
      .operands({.label = "TOPIC... | -", .completion = cli::Completion::topic}, 1,
                cli::OptionTable::no_limit, arguments.read.topics)
      .config_topic(
          [&] { return arguments.read.is_regex ? "" : topic_of_config(arguments.read.topics); });
  table.group("Selecting");
  add_position_options(table, arguments.read);
  add_time_options(table, arguments.read);
  table
      .flag({.letter = 'f',
             .name = "follow",
             .help = "at the end, wait for more events",
             .common = true},
            arguments.follows)
      .value({.letter = 'n', .name = "max", .argument = "N", .help = "stop after N results"},
             arguments.max, text::parse_count)
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "give up after DUR, exit 124"},
             arguments.timeout, text::parse_duration)
      .flag({.name = "wait", .help = "wait for a topic that does not exist yet"}, arguments.waits);
  add_topic_options(table, arguments.read);
  table
      .flag_or_choice({.letter = 'J',
                       .name = "envelope",
                       .help = "with -: the lines are envelopes, as consume -j prints them; "
                               "--envelope=kcat: as kcat -J prints"},
                      arguments.envelope, InputFormat::envelope, {{"kcat", InputFormat::kcat}})
      .flag({.name = "ok-empty", .help = "exit 0 when there was no result"},
            arguments.is_no_match_ok);
}

void add_windows(cli::OptionTable& table, WindowArguments& arguments) {
  table.group("Windows")
      .value({.name = "tumble",
              .argument = "DUR",
              .help = "windows of DUR, one after the other; days begin at midnight",
              .common = true},
             arguments.tumble)
      .value({.name = "hop",
              .argument = "DUR/STEP",
              .help = "a window of DUR begins at each STEP",
              .common = true},
             arguments.hop)
      .value({.name = "session",
              .argument = "GAP[,max=DUR]",
              .help = "a window ends after GAP without an event of its key",
              .common = true},
             arguments.session)
      .value({.name = "trailing",
              .argument = "DUR",
              .help = "a line for each event: its key in the last DUR",
              .common = true},
             arguments.trailing)
      .value({.name = "dedup",
              .argument = "DUR",
              .help = "print an event unless its key had one within DUR",
              .common = true},
             arguments.dedup)
      .value({.name = "absent",
              .argument = "DUR",
              .help = "a line when a key has had no event for DUR",
              .common = true},
             arguments.absent);
}

void add_sequence(cli::OptionTable& table, WindowArguments& arguments) {
  table
      .in_order({.name = "seq",
                 .argument = "EXPR",
                 .help = "a line when an event like EXPR is followed by those of --then",
                 .common = true},
                arguments.steps)
      .in_order({.name = "then",
                 .argument = "EXPR",
                 .help = "the next event of the sequence",
                 .common = true},
                arguments.steps)
      .in_order({.name = "times", .argument = "N", .help = "behind --seq or --then: N such events"},
                arguments.steps)
      .value({.name = "within",
              .argument = "DUR",
              .help = "the longest time from its first to its last event",
              .common = true},
             arguments.within)
      .value({.name = "unless",
              .argument = "EXPR",
              .help = "an event for which EXPR is true ends a sequence that has begun"},
             arguments.unless)
      .flag({.name = "unmatched", .help = "also print sequences that were begun and not completed"},
            arguments.is_unmatched_shown);
}

void add_results(cli::OptionTable& table, WindowArguments& arguments) {
  using window::Emit;
  table.group("Results")
      .value({.letter = 'K',
              .name = "key-field",
              .argument = "PATH,...",
              .help = "group by these fields, not the record's key",
              .common = true},
             arguments.key_fields)
      .list({.letter = 'a',
             .name = "aggregate",
             .argument = "NAME=FN(EXPR),...",
             .help = "count sum mean min max first last stddev distinct p50..p99 p999 top(N,EXPR) "
                     "list(N,EXPR); default n=count",
             .common = true},
            arguments.aggregates)
      .value({.name = "having",
              .argument = "EXPR",
              .help = "only results for which this is true: 'n > 3'",
              .common = true},
             arguments.having)
      .value({.name = "top",
              .argument = "N:NAME",
              .help = "of each window, only the N keys with the largest NAME"},
             arguments.top)
      .choice({.name = "emit",
               .argument = "WHEN",
               .help = "a result when its window closes (default), or also with each event that "
                       "changes it"},
              arguments.emit,
              {{"close", Emit::close}, {"update", Emit::update}, {"both", Emit::both}});
  add_output_options(table, arguments.output);
}

void add_clocks(cli::OptionTable& table, WindowArguments& arguments) {
  table.group("Time")
      .value({.name = "time",
              .argument = "PATH",
              .help = "the time of an event is in this field; default: the record's timestamp"},
             arguments.time_field, json::parse_path)
      .value({.name = "grace",
              .argument = "DUR",
              .help = "wait so long for events that are out of order (0s)",
              .common = true},
             arguments.grace, text::parse_duration)
      .value({.name = "idle",
              .argument = "DUR",
              .help = "with -f: after DUR without an event the clock of a partition goes on (30s)"},
             arguments.idle, text::parse_duration)
      .value({.name = "late",
              .argument = "drop|FILE|TOPIC",
              .help = "where late events go; a FILE has a slash: ./late.ndjson; default drop",
              .completion = cli::Completion::topic},
             arguments.late)
      .value({.name = "max-future",
              .argument = "DUR",
              .help = "a single event that is further ahead counts as late (1h)"},
             arguments.max_future, text::parse_duration)
      .value({.name = "max-keys",
              .argument = "N",
              .help = "end with exit status 2 before more groups are open (1000000)"},
             arguments.max_keys, text::parse_count)
      .flag({.name = "close-at-end",
             .help = "with -g: a run without -f closes the windows that are open at its end"},
            arguments.closes_at_end);
}

void add_storing(cli::OptionTable& table, WindowArguments& arguments) {
  add_member_options(table, arguments.group);
  table
      .value({.name = "into",
              .argument = "TOPIC",
              .help = "with -g: store each result in TOPIC exactly once",
              .common = true,
              .completion = cli::Completion::topic},
             arguments.into)
      .value({.name = "partitions",
              .argument = "N",
              .help = "number of partitions of a new topic; default: as many as are read"},
             arguments.partitions,
             [](std::string_view text) {
               return parse_partition(text, 1, topic::partition_count_max);
             })
      .value({.letter = 'z',
              .name = "compression",
              .argument = "CODEC",
              .help = "the compression of what is stored: zstd[:1-19] or none (zstd:1)",
              .completion = cli::Completion::values,
              .values = {"zstd", "none"}},
             arguments.compression, parse_compression);
}

void add_general(cli::OptionTable& table, WindowArguments& arguments) {
  table.group("Filtering");
  add_filter_options(table, arguments.read);
  table.group("General")
      .flag({.name = "explain", .help = "say in words what is computed, and end"},
            arguments.is_explained)
      .flag({.name = "dry-run",
             .help = "with --explain: also count the events, keys and windows of the topics"},
            arguments.is_dry_run);
  add_place_options(table, arguments.read);
  add_progress_option(table, arguments.read.progress);
  table
      .flag({.letter = 'q', .name = "quiet", .help = "only errors on stderr"},
            arguments.read.is_quiet)
      .count({.letter = 'v', .name = "verbose", .help = "say more on stderr"},
             arguments.read.verbosity)
      .example("estream-window sensors --tumble 1m -a 'n=count, avg=mean(.temp)'",
               "each minute of each key")
      .example("estream-window -f payments -K .card --trailing 60s --having 'n > 3'",
               "the fourth payment of a card within a minute")
      .example("estream-window clicks -K .user --session 30m", "how many clicks a visit has")
      .example("estream-window -f events -K .id --dedup 10m -g uniq --into events.unique",
               "each id once, stored exactly once")
      .example("estream-window -f heartbeats --absent 10m", "who has fallen silent");
}

}  // namespace

cli::OptionTable window_table(WindowArguments& arguments) {
  cli::OptionTable table("estream-window",
                         "Computes over windows of event time: counts, sums, sessions, sequences.");
  table.built_with(versions_of_parts());
  add_selecting(table, arguments);
  add_windows(table, arguments);
  add_sequence(table, arguments);
  add_results(table, arguments);
  add_clocks(table, arguments);
  add_storing(table, arguments);
  add_general(table, arguments);
  table.only_in_long_help(
      {"from", "since", "until", "partition", "key", "grep", "json", "format", "dir"});
  return table;
}

}  // namespace estream::tool
