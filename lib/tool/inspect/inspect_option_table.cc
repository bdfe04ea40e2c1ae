#include "tool/inspect/inspect_option_table.h"

#include "text/values.h"
#include "tool/arguments/versions.h"

namespace estream::tool {

namespace {

void add_selecting(cli::OptionTable& table, InspectArguments& arguments) {
  table.operands({.label = "[VERB] [TOPIC...]", .completion = cli::Completion::topic}, 0,
                 cli::OptionTable::no_limit, arguments.operands);
  table.group("Selecting");
  add_topic_options(table, arguments.read);
  add_position_options(table, arguments.read);
  add_time_options(table, arguments.read);
  table.value({.letter = 'n',
               .name = "max",
               .argument = "N",
               .help = "at most N rows; keys: 20 when not given",
               .common = true},
              arguments.max, text::parse_count);
}

void add_filtering(cli::OptionTable& table, InspectArguments& arguments) {
  table.group("Filtering");
  add_filter_options(table, arguments.read);
  table.value({.letter = 'K',
               .name = "key-field",
               .argument = "PATH",
               .help = "keys: count this field of the value instead of the key"},
              arguments.key_field, json::parse_path);
}

void add_verbs(cli::OptionTable& table, InspectArguments& arguments) {
  using Mode = cli::Progress::Mode;
  table.group("Of single verbs")
      .flag({.letter = 'c', .name = "count", .help = "topics: print only the number of events"},
            arguments.is_count)
      .value({.name = "by",
              .argument = "DUR",
              .help = "hist: the length of a row, 1h; what fits when not given",
              .common = true},
             arguments.bucket, text::parse_duration)
      .flag({.letter = 'f', .name = "follow", .help = "hist: same as --watch 1s"},
            arguments.follows)
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "expect: wait until it is true, after DUR exit 124",
              .common = true},
             arguments.timeout, text::parse_duration)
      .value({.name = "settle",
              .argument = "DUR",
              .help = "expect -T: only yes when nothing has changed it for DUR"},
             arguments.settle, text::parse_duration)
      .flag({.name = "no-decode", .help = "verify: only the checksums, without unpacking events"},
            arguments.is_without_decoding)
      .choice({.name = "progress", .argument = "WHEN", .help = "verify: show how far it is"},
              arguments.progress,
              {{"auto", Mode::automatic}, {"always", Mode::always}, {"never", Mode::never}});
}

void add_output(cli::OptionTable& table, InspectArguments& arguments) {
  table.group("Output")
      .flag({.letter = 'j',
             .name = "json",
             .help = "print a JSON object for each row",
             .common = true},
            arguments.is_json)
      .flag({.name = "no-header", .help = "print no headings"}, arguments.is_without_header)
      .flag({.name = "bytes", .help = "print sizes in bytes", .common = true},
            arguments.is_in_bytes)
      .value({.name = "watch", .argument = "DUR", .help = "print again every DUR", .common = true},
             arguments.watch, text::parse_duration)
      .choice({.name = "color", .argument = "WHEN", .help = "colours: auto, always or never"},
              arguments.color,
              {{"auto", ColorWish::automatic},
               {"always", ColorWish::always},
               {"never", ColorWish::never}});
}

void add_general(cli::OptionTable& table, InspectArguments& arguments) {
  table.group("General");
  add_place_options(table, arguments.read);
  table
      .flag({.letter = 'q', .name = "quiet", .help = "only errors on stderr; expect: say nothing"},
            arguments.read.is_quiet)
      .count({.letter = 'v',
              .name = "verbose",
              .help = "topics: settings, too; verify: speed; say more on stderr",
              .common = true},
             arguments.read.verbosity);
}

}  // namespace

cli::OptionTable inspect_table(InspectArguments& arguments) {
  cli::OptionTable table(
      "estream-inspect",
      "Show what is in topics: topics (the default), offsets, segments, batches, keys, hist, "
      "schema; prove them: verify; check them: expect EXPR. Never writes.");
  table.built_with(versions_of_parts());
  add_selecting(table, arguments);
  add_filtering(table, arguments);
  add_verbs(table, arguments);
  add_output(table, arguments);
  add_general(table, arguments);
  table.example("estream-inspect", "all topics, with events, sizes and times")
      .example("estream-inspect verify orders", "prove every byte of a topic")
      .example("estream-inspect expect 'count == 1000' -T 30s orders",
               "wait until there are 1000 events")
      .example("estream-inspect hist --by 1h -S today orders", "events in each hour")
      .example("estream-inspect keys -n 5 orders", "the most frequent keys")
      .example("estream-inspect schema -o -1000 orders", "fields and types of the last events");
  return table;
}

}  // namespace estream::tool
