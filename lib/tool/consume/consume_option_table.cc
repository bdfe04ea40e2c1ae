#include "tool/consume/consume_option_table.h"

#include "text/values.h"
#include "tool/arguments/versions.h"
#include "tool/report/work_progress.h"

namespace estream::tool {

namespace {

void add_selecting(cli::OptionTable& table, ConsumeArguments& arguments) {
  table
      .operands({.label = "TOPIC...", .completion = cli::Completion::topic}, 1,
                cli::OptionTable::no_limit, arguments.read.topics)
      .config_topic(
          [&] { return arguments.read.is_regex ? "" : topic_of_config(arguments.read.topics); });
  table.group("Selecting");
  add_position_options(table, arguments.read);
  add_time_options(table, arguments.read);
  table
      .value({.name = "tail",
              .argument = "N",
              .help = "only the last N of the events that would be printed",
              .common = true},
             arguments.tail, text::parse_count)
      .value({.letter = 'n',
              .name = "max",
              .argument = "N",
              .help = "stop after N events",
              .common = true},
             arguments.max, text::parse_count)
      .flag({.letter = 'f',
             .name = "follow",
             .help = "at the end, wait for more events",
             .common = true},
            arguments.follows);
  add_topic_options(table, arguments.read);
  table
      .choice({.name = "order",
               .argument = "WORD",
               .help = "the order of several partitions: time (default), offset, or partition "
                       "(one after the other)"},
              arguments.order,
              {{"time", read::MergeOrder::time},
               {"offset", read::MergeOrder::offset},
               {"partition", read::MergeOrder::partition}})
      .flag({.name = "reverse", .help = "from the newest event to the oldest"},
            arguments.is_reversed);
}

void add_running(cli::OptionTable& table, ConsumeArguments& arguments) {
  table
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "give up after DUR, exit 124"},
             arguments.timeout, text::parse_duration)
      .value({.name = "idle",
              .argument = "DUR",
              .help = "with -f: stop when nothing was printed for DUR"},
             arguments.idle, text::parse_duration)
      .flag({.name = "wait", .help = "wait for a topic that does not exist yet"}, arguments.waits)
      .value({.name = "cursor-file",
              .argument = "FILE",
              .help = "begin at the positions in FILE, and keep FILE up to date",
              .completion = cli::Completion::file},
             arguments.cursor_file)
      .choice({.name = "on-corrupt",
               .argument = "WORD",
               .help = "damaged batches: stop (default) or skip; exit 3 in both cases"},
              arguments.on_corrupt,
              {{"stop", read::OnCorrupt::stop}, {"skip", read::OnCorrupt::skip}})
      .flag({.name = "uncommitted",
             .help = "in a Kafka broker's directory: also print open and aborted transactions"},
            arguments.is_uncommitted);
}

void add_lookups(cli::OptionTable& table, ConsumeArguments& arguments) {
  table.group("Lookup");
  add_lookup_option(table, arguments.read.lookup, true);
  add_lookup_wait_option(table, arguments.read.lookup);
  table.value({.name = "memory",
               .argument = "SIZE",
               .help = "with --lookup: memory to use before temporary files; default 256M",
               .configurable = true},
              arguments.memory_bytes, text::parse_size);
}

void add_filtering(cli::OptionTable& table, ConsumeArguments& arguments) {
  table.group("Filtering");
  add_filter_options(table, arguments.read);
  table
      .flag({.letter = 'c',
             .name = "count",
             .help = "print only the number of events",
             .common = true},
            arguments.is_count)
      .flag({.letter = 'q',
             .name = "quiet",
             .help = "only errors on stderr; with a filter: print nothing, exit 0 at the first "
                     "match, else 1"},
            arguments.read.is_quiet)
      .flag({.name = "ok-empty", .help = "exit 0 when a filter matched nothing"},
            arguments.is_no_match_ok);
}

void add_general(cli::OptionTable& table, ConsumeArguments& arguments) {
  table.group("Output");
  add_output_options(table, arguments.output);
  table.group("General");
  add_place_options(table, arguments.read);
  add_progress_option(table, arguments.read.progress);
  table
      .count({.letter = 'v', .name = "verbose", .help = "say more on stderr"},
             arguments.read.verbosity)
      .example("estream-consume orders | jq .amount", "all events, then end")
      .example("estream-consume -f -o latest -w '.amount > 5000' orders",
               "new events with a large amount")
      .example("estream-consume -S -1h -k user-42 -j orders", "one key, the last hour")
      .example("estream-consume -c -S today orders payments", "the number of events in both topics")
      .example("estream-consume --cursor-file c.json orders", "what is new since the last run");
}

}  // namespace

cli::OptionTable consume_table(ConsumeArguments& arguments) {
  cli::OptionTable table("estream-consume",
                         "Prints the events of topics to standard output and ends at their end.");
  table.built_with(versions_of_parts());
  add_selecting(table, arguments);
  add_running(table, arguments);
  add_group_options(table, arguments.group);
  add_work_options(table, arguments.work);
  add_lookups(table, arguments);
  add_filtering(table, arguments);
  add_general(table, arguments);
  return table;
}

}  // namespace estream::tool
