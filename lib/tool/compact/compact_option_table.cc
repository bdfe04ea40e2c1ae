#include "tool/compact/compact_option_table.h"

#include "codec/zstd.h"
#include "text/parsing.h"
#include "text/values.h"
#include "tool/arguments/setting_values.h"
#include "tool/arguments/versions.h"
#include "tool/report/work_progress.h"
#include "topic/topic_settings.h"

namespace estream::tool {

namespace {

Result<int> parse_zstd(std::string_view text) {
  if (text == "zstd") return zstd_level_max;
  if (text.starts_with("zstd:")) {
    const auto level = text::parse_whole(text.substr(5));
    if (level && *level >= zstd_level_min && *level <= zstd_level_max) {
      return static_cast<int>(*level);
    }
  }
  return text::unclear(text, "write zstd:LEVEL with a level from 1 to 19");
}

void add_topics(cli::OptionTable& table, CompactArguments& arguments) {
  table
      .operands({.label = "TOPIC...", .completion = cli::Completion::topic}, 0,
                cli::OptionTable::no_limit, arguments.read.topics)
      .config_topic(
          [&] { return arguments.read.is_regex ? "" : topic_of_config(arguments.read.topics); });
  table.group("Topics").flag({.name = "all", .help = "all topics of the data root", .common = true},
                             arguments.wants_all_topics);
  add_topic_options(table, arguments.read);
}

void add_limits(cli::OptionTable& table, CompactArguments& arguments) {
  table.group("Deleting old segments")
      .value({.name = "max-age",
              .argument = "DUR",
              .help = "delete segments whose newest event is older: 30d",
              .common = true,
              .aliases = {"vacuum-time"}},
             arguments.max_age, text::parse_duration)
      .value({.name = "max-size",
              .argument = "SIZE",
              .help = "delete the oldest segments while at least SIZE stays in the partition: 10G",
              .common = true,
              .aliases = {"vacuum-size"}},
             arguments.max_bytes, text::parse_size)
      .value({.name = "max-records",
              .argument = "N",
              .help = "delete the oldest segments while at least N events stay in the partition",
              .common = true},
             arguments.max_records, text::parse_count)
      .value({.name = "max-segments",
              .argument = "N",
              .help = "keep only the newest N segments of a partition",
              .aliases = {"vacuum-files"}},
             arguments.max_segments, text::parse_count)
      .list(
          {.name = "before",
           .argument = "POS",
           .help = "delete segments that end before an offset N, +N, -N, @TIME, or PARTITION=POS"},
          arguments.before)
      .flag({.name = "policy",
             .help = "do what the settings of each topic say: retention.ms, retention.bytes, "
                     "cleanup.policy",
             .common = true},
            arguments.follows_policy)
      .flag({.name = "keep-unread",
             .help = "neither delete nor compact segments with events that a consumer group has "
                     "not read yet"},
            arguments.keeps_unread);
}

void add_rewriting(cli::OptionTable& table, CompactArguments& arguments) {
  table.group("Rewriting segments")
      .flag({.letter = 'L',
             .name = "latest-by-key",
             .help = "keep only the last event of each key",
             .common = true},
            arguments.compacts_keys)
      .value({.name = "keep-tombstones",
              .argument = "DUR",
              .help = "with -L: how long a deletion stays visible; default 24h"},
             arguments.keep_tombstones, text::parse_duration)
      .choice({.name = "null-keys",
               .argument = "WORD",
               .help = "with -L: events without a key: refuse (default), drop or keep"},
              arguments.null_keys,
              {{"refuse", log::NullKeys::refuse},
               {"drop", log::NullKeys::drop},
               {"keep", log::NullKeys::keep}})
      .value(
          {.name = "min-dirty",
           .argument = "R",
           .help =
               "with -L: rewrite only if at least this share of the events would be removed: 0.5"},
          arguments.min_dirty, parse_share)
      .value({.name = "min-compaction-lag",
              .argument = "DUR",
              .help = "with -L: leave segments that have younger events"},
             arguments.min_lag, text::parse_duration)
      .value(
          {.name = "max-compaction-lag",
           .argument = "DUR",
           .help = "with -L: rewrite in spite of --min-dirty if an older event would be removed"},
          arguments.max_lag, text::parse_duration)
      .flag({.name = "drop", .help = "erase the events that -k, -G and -w select", .common = true},
            arguments.drops);
  add_filter_options(table, arguments.read);
  table.value({.letter = 'z',
               .name = "compression",
               .argument = "zstd:L",
               .help = "compress again, if that is smaller: zstd:19"},
              arguments.zstd_level, parse_zstd);
}

std::vector<std::string> names_of_settings() {
  std::vector<std::string> names;
  for (const topic::SettingType& type : topic::setting_types()) names.emplace_back(type.name);
  return names;
}

void add_running(cli::OptionTable& table, CompactArguments& arguments) {
  table.group("Running")
      .flag({.name = "roll",
             .help = "seal the active segment first; without it, that segment is not changed",
             .common = true},
            arguments.rolls)
      .flag({.name = "dry-run", .help = "print the report and change nothing", .common = true},
            arguments.is_preview)
      .list({.name = "set",
             .argument = "KEY=VALUE",
             .help = "change a topic's setting: retention=30d, retention.bytes=10G, "
                     "cleanup.policy=compact",
             .common = true,
             .completion = cli::Completion::values,
             .values = names_of_settings()},
            arguments.settings, parse_topic_setting)
      .value({.letter = 'T',
              .name = "timeout",
              .argument = "DUR",
              .help = "how long to wait for another estream-compact; default 10s, then exit 75",
              .configurable = true},
             arguments.timeout, text::parse_duration);
}

void add_general(cli::OptionTable& table, CompactArguments& arguments) {
  table.group("General").flag({.letter = 'j',
                               .name = "json",
                               .help = "print the report as JSON, one line per partition",
                               .common = true},
                              arguments.is_json);
  add_place_options(table, arguments.read);
  add_progress_option(table, arguments.read.progress);
  table
      .flag({.letter = 'q', .name = "quiet", .help = "no report and only errors on stderr"},
            arguments.read.is_quiet)
      .count({.letter = 'v', .name = "verbose", .help = "say more on stderr"},
             arguments.read.verbosity)
      .example("estream-compact --dry-run --max-age 30d access", "what would be deleted")
      .example("estream-compact -q --policy --all",
               "every night: do what the settings of each topic say")
      .example("estream-compact --roll -L accounts", "only the last event of each account")
      .example("estream-compact --set retention=30d orders", "the setting for --policy")
      .example("estream-compact --roll --drop -G 'k:^user-4711$' orders",
               "erase all events of one user");
}

}  // namespace

cli::OptionTable compact_table(CompactArguments& arguments) {
  cli::OptionTable table(
      "estream-compact",
      "Deletes or rewrites old data of topics. Options say what to delete or rewrite.");
  table.built_with(versions_of_parts());
  add_topics(table, arguments);
  add_limits(table, arguments);
  add_rewriting(table, arguments);
  add_running(table, arguments);
  add_general(table, arguments);
  return table;
}

}  // namespace estream::tool
