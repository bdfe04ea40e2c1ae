#include "tool/consume_table.h"

#include "cli/values.h"
#include "tool/versions.h"

namespace estream::tool {

namespace {

void add_selecting(cli::OptionTable& table, ConsumeArguments& arguments) {
  table.operands({.label = "TOPIC...", .completion = cli::Completion::topic}, 1,
                 cli::OptionTable::no_limit, arguments.topics);
  table.group("Selecting")
      .list({.letter = 'o',
             .name = "from",
             .argument = "POS",
             .help = "start at earliest, latest, an offset N, +N, -N, @TIME, or PARTITION=POS; "
                     "default earliest",
             .common = true},
            arguments.from)
      .list({.name = "to", .argument = "POS", .help = "end before that position"}, arguments.to)
      .value({.letter = 'S',
              .name = "since",
              .argument = "TIME",
              .help = "only events at or after TIME: -10m, today, 2026-11-20T14:03Z",
              .common = true},
             arguments.since)
      .value({.letter = 'U',
              .name = "until",
              .argument = "TIME",
              .help = "only events before TIME",
              .common = true},
             arguments.until)
      .value({.name = "for", .argument = "DUR", .help = "the length of the time from -S or to -U"},
             arguments.length, cli::parse_duration)
      .value({.name = "tail",
              .argument = "N",
              .help = "only the last N of what would be printed",
              .common = true},
             arguments.tail, cli::parse_count)
      .value({.letter = 'n',
              .name = "max",
              .argument = "N",
              .help = "stop after N events",
              .common = true},
             arguments.max, cli::parse_count)
      .flag({.letter = 'f', .name = "follow", .help = "at the end, wait for more", .common = true},
            arguments.follows);
}

void add_sources(cli::OptionTable& table, ConsumeArguments& arguments) {
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
             arguments.partitions, cli::parse_partitions)
      .flag({.letter = 'r', .name = "regex", .help = "topic arguments are regular expressions"},
            arguments.is_regex)
      .choice({.name = "order",
               .argument = "WORD",
               .help = "how partitions mix: by time (default for several), offset, or one "
                       "partition after the other"},
              arguments.order,
              {{"time", MergeOrder::time},
               {"offset", MergeOrder::offset},
               {"partition", MergeOrder::partition}});
}

void add_running(cli::OptionTable& table, ConsumeArguments& arguments) {
  table
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "give up after DUR, exit 124"},
             arguments.timeout, cli::parse_duration)
      .value({.name = "idle", .argument = "DUR", .help = "with -f: stop after a silence of DUR"},
             arguments.idle, cli::parse_duration)
      .flag({.name = "wait", .help = "wait for a topic that does not exist yet"}, arguments.waits)
      .value({.name = "cursor-file",
              .argument = "FILE",
              .help = "go on where FILE says, and keep it up to date",
              .completion = cli::Completion::file},
             arguments.cursor_file)
      .choice({.name = "on-corrupt",
               .argument = "WORD",
               .help = "damaged batches: stop (default) or skip; exit 3 in both cases"},
              arguments.on_corrupt, {{"stop", OnCorrupt::stop}, {"skip", OnCorrupt::skip}})
      .flag({.name = "uncommitted",
             .help = "in a Kafka broker's directory: also open and aborted transactions"},
            arguments.is_uncommitted);
}

void add_filtering(cli::OptionTable& table, ConsumeArguments& arguments) {
  table.group("Filtering")
      .value({.letter = 'k',
              .name = "key",
              .argument = "STR",
              .help = "only events with this key",
              .common = true},
             arguments.key)
      .list({.letter = 'G',
             .name = "grep",
             .argument = "[!]F:RE",
             .help = "only matches: k:RE key, v:RE value, t:RE topic, h:NAME=RE header; all of "
                     "several",
             .common = true},
            arguments.greps, json::Grep::parse)
      .list({.letter = 'w',
             .name = "where",
             .argument = "EXPR",
             .help = "only where true: '.type == \"payment\" and .amount > 10'",
             .common = true},
            arguments.filters, json::Filter::parse)
      .flag({.letter = 'c',
             .name = "count",
             .help = "print only the number of events",
             .common = true},
            arguments.is_count)
      .flag({.letter = 'q',
             .name = "quiet",
             .help = "only errors on stderr; with a filter: print nothing, exit 0 at the first "
                     "match, else 1"},
            arguments.is_quiet)
      .flag({.name = "ok-empty", .help = "exit 0 when a filter matched nothing"},
            arguments.is_no_match_ok);
}

void add_output(cli::OptionTable& table, ConsumeArguments& arguments) {
  using Time = json::EnvelopeOptions::Time;
  table.group("Output")
      .flag({.letter = 'j',
             .name = "json",
             .help = "print events with key, headers and place",
             .common = true},
            arguments.is_json)
      .value({.letter = 'F',
              .name = "format",
              .argument = "FMT",
              .help = "print by format: %k key, %v value, %o offset, %{.a.b} field, \\n ...",
              .common = true},
             arguments.format)
      .value({.letter = 'D',
              .name = "delimiter",
              .argument = "S",
              .help = "after each event, instead of a newline"},
             arguments.delimiter, cli::parse_delimiter)
      .flag({.letter = '0', .name = "null-delim", .help = "events end in NUL"},
            arguments.is_null_delimited)
      .flag({.name = "no-value", .help = "with -j: without the value"}, arguments.is_without_value)
      .choice({.name = "delimiter-in-value",
               .argument = "WORD",
               .help = "a value that contains the delimiter: ok, json (print it as a JSON string) "
                       "or error; default: warn once"},
              arguments.delimiter_in_value,
              {{"ok", DelimiterInValue::ok},
               {"json", DelimiterInValue::json},
               {"error", DelimiterInValue::error},
               {"warn", DelimiterInValue::warn}})
      .choice({.name = "time-format", .argument = "WORD", .help = "with -j: ts in ms or rfc3339"},
              arguments.time_format, {{"ms", Time::milliseconds}, {"rfc3339", Time::rfc3339}})
      .flag({.letter = 'u', .name = "unbuffered", .help = "write each event at once"},
            arguments.is_unbuffered);
}

void add_general(cli::OptionTable& table, ConsumeArguments& arguments) {
  table.group("General")
      .value({.letter = 'd',
              .name = "dir",
              .argument = "DIR",
              .help = "where the topics are; default ESTREAM_DIR, then ~/.local/share/estream",
              .common = true,
              .completion = cli::Completion::directory},
             arguments.dir)
      .flag({.name = "utc", .help = "times without a zone are UTC"}, arguments.is_utc)
      .count({.letter = 'v', .name = "verbose", .help = "say more on stderr"}, arguments.verbosity)
      .example("estream-consume orders | jq .amount", "all events, then end")
      .example("estream-consume -f -o latest -w '.amount > 5000' orders", "what comes in")
      .example("estream-consume -S -1h -k user-42 -j orders", "one key, the last hour")
      .example("estream-consume -c -S today orders payments", "how many of both topics")
      .example("estream-consume --cursor-file c.json orders", "what is new since the last run");
}

}  // namespace

cli::OptionTable consume_table(ConsumeArguments& arguments) {
  cli::OptionTable table("estream-consume",
                         "Prints the events of topics to standard output and ends at their end.");
  table.built_with(versions_of_parts());
  add_selecting(table, arguments);
  add_sources(table, arguments);
  add_running(table, arguments);
  add_filtering(table, arguments);
  add_output(table, arguments);
  add_general(table, arguments);
  return table;
}

}  // namespace estream::tool
