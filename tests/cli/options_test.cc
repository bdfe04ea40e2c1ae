#include "cli/options.h"

#include <doctest/doctest.h>

#include "cli/sample_table.h"

using namespace estream;
using namespace estream::cli;
using namespace estream::text;
using Action = ParseOutcome::Action;
using Texts = std::vector<std::string>;

TEST_CASE("values arrive in their targets, parsed") {
  Sample sample;
  const auto outcome = sample.parse({"orders", "-o", "-5", "-S", "-10m", "-n", "10k", "-f", "-p",
                                     "0,2-3", "--order", "time", "-T1m", "-D", "\\0"});
  REQUIRE(outcome);
  CHECK(outcome->action == Action::run);
  CHECK(sample.topics == Texts{"orders"});
  CHECK(sample.from == Position{.kind = Position::Kind::from_end, .value = 5});
  CHECK(sample.since == Timestamp{1'763'639'400'000});
  CHECK(sample.max == 10000);
  CHECK(sample.follow);
  CHECK(sample.partitions == std::vector<std::int32_t>{0, 2, 3});
  CHECK(sample.order == Sample::Order::time);
  CHECK(sample.timeout == std::chrono::minutes(1));
  CHECK(sample.delimiter == std::string(1, '\0'));
}

TEST_CASE("targets of absent options stay as they were") {
  Sample sample;
  REQUIRE(sample.parse({"orders"}));
  CHECK(sample.key == "unset");
  CHECK_FALSE(sample.from);
  CHECK_FALSE(sample.quiet);
  CHECK(sample.verbosity == 0);
}

TEST_CASE("a position for one partition may look like an option") {
  Sample sample;
  REQUIRE(sample.parse({"-o", "0=-3", "orders"}));
  CHECK(sample.from == Position{.kind = Position::Kind::from_end, .value = 3, .partition = 0});
}

TEST_CASE("of a single option the last value counts, and only it is checked") {
  Sample sample;
  REQUIRE(sample.parse({"-n", "nonsense", "-n", "2", "-k", "a", "--key=", "orders"}));
  CHECK(sample.max == 2);
  CHECK(sample.key.empty());
}

TEST_CASE("lists accumulate and counters count") {
  Sample sample;
  REQUIRE(sample.parse({"-H", "a=1", "--header=b=2", "-vv", "--verbose", "-G", "[k]", "orders"}));
  CHECK(sample.headers == std::vector<KeyValue>{{"a", "1"}, {"b", "2"}});
  CHECK(sample.verbosity == 3);
  CHECK(sample.greps == Texts{"[k]"});
}

TEST_CASE("an error in a value names the option and says what to write") {
  Sample sample;
  CHECK(sample.refusal({"--timeout", "30", "orders"}) ==
        "option --timeout: 30 has no unit; write 30s or 30m");
  CHECK(sample.refusal({"--order=size", "orders"}) ==
        "option --order: cannot read size; write time, offset");
  CHECK(sample.refusal({"-H", "a=1", "-H", "b", "orders"}) ==
        "option --header: cannot read b; write NAME=VALUE");
}

TEST_CASE("an unknown option is refused before any value is looked at") {
  Sample sample;
  CHECK(sample.refusal({"--form", "5", "-T", "30"}) ==
        "unknown option --form: --from is the nearest; try 'estream-sample -h'");
}

TEST_CASE("a missing operand is named") {
  Sample sample;
  CHECK(sample.refusal({}) == "TOPIC... is missing; try 'estream-sample -h'");
}

TEST_CASE("operands and an option may fill the same list") {
  Sample sample;
  REQUIRE(sample.parse({"b", "-t", "a"}));
  CHECK(sample.topics == Texts{"a", "b"});
  Sample by_option_only;
  CHECK(by_option_only.parse({"-t", "a"}));
}

TEST_CASE("an operand too many is named") {
  Texts topics;
  OptionTable table("estream-produce", "Append.");
  table.operands({.label = "TOPIC"}, 1, 1, topics);
  const std::vector<std::string_view> args = {"a", "b"};
  CHECK(table.parse(args).error().message ==
        "argument b is one too many; try 'estream-produce -h'");
}

TEST_CASE("a tool without operands refuses one") {
  const OptionTable table("estream-none", "Nothing.");
  const std::vector<std::string_view> args = {"a"};
  CHECK(table.parse(args).error().message == "argument a is one too many; try 'estream-none -h'");
}

TEST_CASE("a command is taken from behind the dashes, with the option that it goes with") {
  Texts topics;
  Texts command;
  std::optional<std::string> group;
  OptionTable table("estream-consume", "Print.");
  table.operands({.label = "TOPIC"}, 1, 1, topics)
      .value({.letter = 'g', .name = "group", .argument = "G", .help = "share"}, group)
      .command("COMMAND", "group", command);
  const std::vector<std::string_view> args = {"orders", "-g", "bills", "--", "./bill.sh", "-x"};
  REQUIRE(table.parse(args));
  CHECK(topics == Texts{"orders"});
  CHECK(command == Texts{"./bill.sh", "-x"});
  topics.clear();
  const std::vector<std::string_view> without = {"--", "-strange"};
  REQUIRE(table.parse(without));
  CHECK(topics == Texts{"-strange"});
  CHECK(command.empty());
}

TEST_CASE("questions about the tool are answered whatever else is on the line") {
  Sample sample;
  CHECK(sample.parse({"-h", "--nope"})->action == Action::short_help);
  CHECK(sample.parse({"--help"})->action == Action::long_help);
  CHECK(sample.parse({"-qV"})->action == Action::version);
  CHECK(sample.parse({"--completion", "zsh"})->action == Action::completion);
  CHECK(sample.topics.empty());
}

TEST_CASE("the version is one line that begins with name and number") {
  Sample sample;
  sample.table.built_with("zstd 1.5.4");
  const std::string text = sample.parse({"-V"})->text;
  CHECK(text.starts_with("estream-sample 0."));
  CHECK(text.ends_with(" with zstd 1.5.4\n"));
}

TEST_CASE("an unknown shell is refused") {
  Sample sample;
  CHECK(sample.refusal({"--completion=ksh"}) ==
        "option --completion: cannot read ksh; write bash, zsh or fish");
}
