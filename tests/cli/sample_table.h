#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "text/values.h"

namespace estream::cli {

using namespace text;

// A table that has one option of each kind, for the tests of everything made from a table.
struct Sample {
  enum class Order { time, offset };

  OptionTable table{"estream-sample", "Try every kind of option; do nothing."};

  std::vector<std::string> topics;
  std::vector<std::string> command;
  std::optional<std::string> dir;
  std::optional<Position> from;
  std::optional<Timestamp> since;
  std::optional<Duration> timeout;
  std::optional<std::int64_t> max;
  std::vector<KeyValue> headers;
  std::vector<std::string> greps;
  std::vector<std::string> inputs;
  std::vector<std::int32_t> partitions;
  std::optional<Order> order;
  std::string key = "unset";
  std::string delimiter = "\n";
  bool follow = false;
  bool null_delimited = false;
  bool quiet = false;
  int verbosity = 0;

  Sample() {
    const TimeContext now = {.now = {1'763'640'000'000}, .zone = Zone::utc};
    add_selection(now);
    add_output();
    table.operands({.label = "TOPIC...", .completion = Completion::topic}, 1, OptionTable::no_limit,
                   topics);
    table.example("estream-sample orders", "print all records")
        .example("estream-sample -o -5 orders", "print the last five of each partition")
        .example("estream-sample -f -S -10m orders", "print ten minutes, and what follows")
        .example("estream-sample --order time a b", "mix two topics by time");
  }
  Sample(const Sample&) = delete;  // The table refers to the members.
  Sample& operator=(const Sample&) = delete;

  Result<ParseOutcome> parse(std::initializer_list<std::string_view> args) {
    return table.parse(Args(args.begin(), args.size()));
  }

  // The message of the error that `args` lead to; empty when there is none.
  std::string refusal(std::initializer_list<std::string_view> args) {
    const Result<ParseOutcome> outcome = parse(args);
    return outcome ? std::string() : outcome.error().message;
  }

 private:
  void add_selection(TimeContext now) {
    table.group("Selecting")
        .value({.letter = 'o',
                .name = "from",
                .argument = "POS",
                .help = "start at POS: earliest, latest, stored, an offset, +N, -N, or @TIME; "
                        "PARTITION=POS for one partition",
                .common = true,
                .aliases = {"start"}},
               from, [now](std::string_view text) { return parse_position(text, now); })
        .value({.letter = 'S', .name = "since", .argument = "TIME", .help = "records at or after"},
               since, [now](std::string_view text) { return parse_time(text, now); })
        .value({.letter = 'n', .name = "max", .argument = "N", .help = "stop after N records"}, max,
               parse_count)
        .value({.letter = 'p',
                .name = "partition",
                .argument = "LIST",
                .help = "only these, such as 0,2,5-7",
                .completion = Completion::partition},
               partitions, parse_partitions)
        .list({.letter = 'G', .name = "grep", .argument = "F:RE", .help = "it's [k:] or 'v:'"},
              greps)
        .list({.letter = 't',
               .name = "topic",
               .argument = "TOPIC",
               .help = "the same as an argument",
               .completion = Completion::topic},
              topics)
        .flag({.letter = 'f', .name = "follow", .help = "at the end, wait", .common = true},
              follow);
  }

  void add_output() {
    table.group("Output")
        .choice({.name = "order", .help = "how partitions mix"}, order,
                {{"time", Order::time}, {"offset", Order::offset}})
        .list({.letter = 'H', .name = "header", .argument = "K=V", .help = "add a header"}, headers,
              parse_key_value)
        .list({.letter = 'i',
               .name = "input",
               .argument = "FILE",
               .help = "read FILE",
               .completion = Completion::file},
              inputs)
        .value({.letter = 'k', .name = "key", .argument = "STR", .help = "the key"}, key)
        .value({.letter = 'D', .name = "delimiter", .argument = "S", .help = "between records"},
               delimiter, parse_delimiter)
        .flag({.letter = '0', .name = "null-delim", .help = "end records in NUL"}, null_delimited)
        .value({.letter = 'T', .name = "timeout", .argument = "DUR", .help = "give up after DUR"},
               timeout, parse_duration)
        .value({.letter = 'd',
                .name = "dir",
                .argument = "DIR",
                .help = "the data root",
                .completion = Completion::directory},
               dir)
        .flag({.letter = 'q', .name = "quiet", .help = "only errors"}, quiet)
        .count({.letter = 'v', .name = "verbose", .help = "say more"}, verbosity);
  }
};

}  // namespace estream::cli
