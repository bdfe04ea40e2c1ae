#include "tool/inspect/inspect_option_table.h"

#include "text/values.h"
#include "tool/arguments/versions.h"
#include "tool/report/work_progress.h"

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
               .help = "at most N rows; default for keys: 20"},
              arguments.max, text::parse_count);
}

void add_filtering(cli::OptionTable& table, InspectArguments& arguments) {
  table.group("Filtering");
  add_filter_options(table, arguments.read);
  table.value({.letter = 'K',
               .name = "key-field",
               .argument = "PATH",
               .help = "count this field of the value instead of the key"},
              arguments.key_field, json::parse_path);
}

void add_running(cli::OptionTable& table, InspectArguments& arguments) {
  table.group("Running")
      .flag({.letter = 'f', .name = "follow", .help = "same as --watch 1s"}, arguments.follows)
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "wait until it is true; exit 124 after DUR"},
             arguments.timeout, text::parse_duration)
      .value({.name = "settle",
              .argument = "DUR",
              .help = "with -T: yes only if the number has not changed for DUR"},
             arguments.settle, text::parse_duration)
      .value({.name = "max-lag",
              .argument = "N|DUR",
              .help = "exit 1 if a group is more than N events, or DUR, behind"},
             arguments.max_lag)
      .flag({.name = "no-decode", .help = "only the checksums, without unpacking events"},
            arguments.is_without_decoding);
  add_progress_option(table, arguments.read.progress);
}

void add_output(cli::OptionTable& table, InspectArguments& arguments) {
  table.group("Output")
      .flag({.letter = 'j',
             .name = "json",
             .help = "print a JSON object for each row",
             .common = true},
            arguments.is_json)
      .flag({.letter = 'c', .name = "count", .help = "print only the number of events"},
            arguments.is_count)
      .value({.name = "by",
              .argument = "DUR",
              .help = "the time that a row covers, such as 1h; by default so that the rows fit on "
                      "a screen"},
             arguments.bucket, text::parse_duration)
      .flag({.name = "no-header", .help = "print no headings"}, arguments.is_without_header)
      .flag({.name = "bytes", .help = "print sizes in bytes"}, arguments.is_in_bytes)
      .value({.name = "watch", .argument = "DUR", .help = "print again every DUR"}, arguments.watch,
             text::parse_duration)
      .choice({.name = "color",
               .argument = "WHEN",
               .help = "colours: auto, always or never",
               .configurable = true,
               .variables = {"NO_COLOR", "CLICOLOR_FORCE"}},
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
              .help = "topics: also print settings; verify: also the speed; say more on stderr",
              .common = true},
             arguments.read.verbosity);
}

using Names = std::vector<std::string>;

Names window() { return {"from", "to", "since", "until", "for"}; }
Names filter() { return {"key", "grep", "where"}; }
Names looks() { return {"no-header", "bytes", "watch", "color"}; }

Names joined(std::initializer_list<Names> lists) {
  Names all;
  for (const Names& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

void add_listing_verbs(cli::OptionTable& table, InspectArguments& arguments) {
  table
      .verb({.name = "topics",
             .summary = "Lists topics: events, sizes, times. This is the default verb.",
             .operands = "[TOPIC...]",
             .options = joined({looks(), {"count"}}),
             .examples = {{"estream-inspect topics", "all topics"},
                          {"estream-inspect topics -v orders", "one, with its settings and id"},
                          {"estream-inspect topics -c orders payments", "how many events"}},
             .foreign = {"list", "ls", "describe", "stats"}},
            arguments.verb, InspectVerb::topics)
      .verb({.name = "offsets",
             .summary = "Lists partitions: the first offset kept and the next one.",
             .operands = "[TOPIC...]",
             .options = joined({looks(), {"since"}}),
             .examples = {{"estream-inspect offsets orders", "of each partition"},
                          {"estream-inspect offsets -S -1h orders",
                           "the first offsets of the last hour"}},
             .foreign = {"get-offsets", "watermarks"}},
            arguments.verb, InspectVerb::offsets)
      .verb({.name = "segments",
             .summary = "Lists the files: offsets, events, sizes, codec, times.",
             .operands = "[TOPIC...]",
             .options = looks(),
             .examples = {{"estream-inspect segments orders", "of all partitions"},
                          {"estream-inspect segments -p 2 -j orders", "of one, as JSON"}}},
            arguments.verb, InspectVerb::segments)
      .verb({.name = "batches",
             .summary = "Lists batches: their place, fields and checksum.",
             .operands = "[TOPIC...]",
             .options = joined({window(), looks(), {"max"}}),
             .examples = {{"estream-inspect batches -n 3 orders:2", "the first of partition 2"},
                          {"estream-inspect batches -S -10m orders", "of the last ten minutes"}}},
            arguments.verb, InspectVerb::batches);
}

void add_reading_verbs(cli::OptionTable& table, InspectArguments& arguments) {
  table
      .verb({.name = "keys",
             .summary = "Counts events by key: the most frequent keys, and how many keys.",
             .operands = "TOPIC...",
             .options = joined({window(), filter(), looks(), {"max", "key-field", "progress"}}),
             .examples = {{"estream-inspect keys -n 5 orders", "the five most frequent keys"},
                          {"estream-inspect keys -K .user orders", "by a field of the value"}}},
            arguments.verb, InspectVerb::keys)
      .verb({.name = "hist",
             .summary = "Counts events and stored bytes by time, with bars on a terminal.",
             .operands = "[TOPIC...]",
             .options = joined({window(), filter(), looks(), {"by", "follow", "progress"}}),
             .examples = {{"estream-inspect hist orders", "all events, on one screen"},
                          {"estream-inspect hist --by 1h -S today orders", "each hour of today"},
                          {"estream-inspect hist -w '.status >= 500' access", "the errors"},
                          {"estream-inspect hist -f -S -5m orders", "the last minutes, live"}}},
            arguments.verb, InspectVerb::hist)
      .verb({.name = "schema",
             .summary = "Lists the fields of JSON values: types, shares, ranges, examples.",
             .operands = "TOPIC...",
             .options = joined({window(), filter(), looks(), {"max", "progress"}}),
             .examples = {{"estream-inspect schema orders", "of all events"},
                          {"estream-inspect schema -o -1000 orders", "of the last ones"}}},
            arguments.verb, InspectVerb::schema);
}

void add_checking_verbs(cli::OptionTable& table, InspectArguments& arguments) {
  table
      .verb({.name = "verify",
             .summary = "Checks every byte of topics; exit 3 when there is damage.",
             .operands = "[TOPIC...]",
             .options = {"no-decode", "progress"},
             .examples = {{"estream-inspect verify", "all topics"},
                          {"estream-inspect verify --no-decode orders", "faster: checksums only"},
                          {"estream-inspect verify ./backup/orders", "a copy"}},
             .foreign = {"check", "fsck"}},
            arguments.verb, InspectVerb::verify)
      .verb({.name = "expect",
             .summary = "Compares EXPR with topics; exit 0 when it is true, else 1.",
             .operands = "EXPR TOPIC...",
             .options = joined({window(), {"timeout", "settle"}}),
             .examples = {{"estream-inspect expect 'count == 1000' -T 30s orders",
                           "wait until there are 1000 events"},
                          {"estream-inspect expect 'age < 10m' orders", "there are new events"},
                          {"estream-inspect expect 'count(.status == \"failed\") == 0' orders",
                           "nothing has failed"}}},
            arguments.verb, InspectVerb::expect);
}

void add_group_verbs(cli::OptionTable& table, InspectArguments& arguments) {
  table
      .verb({.name = "groups",
             .summary = "Lists consumer groups: where they are, and who reads.",
             .operands = "[GROUP...]",
             .options = joined({looks(), {"max-lag"}}),
             .examples = {{"estream-inspect groups", "all groups"},
                          {"estream-inspect groups --watch 1s billing", "one, live"}},
             .foreign = {"consumer-groups"}},
            arguments.verb, InspectVerb::groups)
      .verb({.name = "lag",
             .summary = "Lists how far groups are behind in topics.",
             .operands = "[TOPIC...]",
             .options = joined({looks(), {"max-lag"}}),
             .examples = {{"estream-inspect lag orders", "of all groups that read orders"},
                          {"estream-inspect lag --max-lag 5m orders",
                           "exit 1 if one of them is more than 5 minutes behind"}}},
            arguments.verb, InspectVerb::lag)
      .verb({.name = "producers",
             .summary = "Lists producers with --dedup, and what they stored last.",
             .operands = "[TOPIC...]",
             .options = looks(),
             .examples = {{"estream-inspect producers", "of all topics"},
                          {"estream-inspect producers -j orders", "of one, as JSON"}}},
            arguments.verb, InspectVerb::producers);
}

}  // namespace

cli::OptionTable inspect_table(InspectArguments& arguments) {
  cli::OptionTable table("estream-inspect",
                         "Shows, proves and checks what is in topics, and never writes. The "
                         "default verb is topics; without TOPIC, all topics are meant.");
  table.built_with(versions_of_parts());
  add_selecting(table, arguments);
  add_filtering(table, arguments);
  add_running(table, arguments);
  add_output(table, arguments);
  add_general(table, arguments);
  add_listing_verbs(table, arguments);
  add_reading_verbs(table, arguments);
  add_checking_verbs(table, arguments);
  add_group_verbs(table, arguments);
  table.example("estream-inspect", "all topics, with events, sizes and times")
      .example("estream-inspect verify orders", "check every byte of a topic")
      .example("estream-inspect expect 'count == 1000' -T 30s orders",
               "wait until there are 1000 events")
      .example("estream-inspect hist --by 1h -S today orders", "events in each hour")
      .example("estream-inspect keys -n 5 orders", "the most frequent keys")
      .example("estream-inspect schema -o -1000 orders", "fields and types of the last events");
  return table;
}

}  // namespace estream::tool
