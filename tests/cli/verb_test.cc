#include "cli/verb.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "text/values.h"

using namespace estream;
using namespace estream::cli;
using Action = ParseOutcome::Action;
using Texts = std::vector<std::string>;

namespace {

enum class Deed { list, count, check };

// A tool with three verbs: --max belongs to two of them, --deep to one, --json to all.
struct Tool {
  Deed deed = Deed::list;
  Texts topics;
  std::optional<std::int64_t> max;
  bool is_deep = false;
  bool is_json = false;
  OptionTable table{"estream-look", "Looks at topics."};

  Tool() {
    table
        .operands({.label = "[VERB] [TOPIC...]", .completion = Completion::topic}, 0,
                  OptionTable::no_limit, topics)
        .group("Selecting")
        .value({.letter = 'n', .name = "max", .argument = "N", .help = "at most N"}, max,
               text::parse_count)
        .flag({.name = "deep", .help = "look twice"}, is_deep)
        .group("Output")
        .flag({.letter = 'j', .name = "json", .help = "as JSON", .common = true}, is_json)
        .example("estream-look", "all topics");
    table
        .verb({.name = "list", .summary = "Lists.", .operands = "[TOPIC...]", .options = {"max"}},
              deed, Deed::list)
        .verb({.name = "count",
               .summary = "Counts.",
               .operands = "TOPIC...",
               .options = {"max"},
               .examples = {{"estream-look count orders", "how many"}},
               .foreign = {"tally"}},
              deed, Deed::count)
        .verb({.name = "check", .summary = "Checks.", .options = {"deep"}}, deed, Deed::check);
  }
  Tool(const Tool&) = delete;  // The table refers to the members.
  Tool& operator=(const Tool&) = delete;

  Result<ParseOutcome> parse(std::initializer_list<std::string_view> args) {
    return table.parse(Args(args.begin(), args.size()));
  }
  std::string refusal(std::initializer_list<std::string_view> args) {
    const auto outcome = parse(args);
    return outcome ? std::string() : outcome.error().message;
  }
  std::string text(std::initializer_list<std::string_view> args) { return parse(args)->text; }
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the first operand is the verb, wherever options stand") {
  Tool tool;
  REQUIRE(tool.parse({"-j", "-n", "3", "count", "orders", "check"}));
  CHECK(tool.deed == Deed::count);
  CHECK(tool.max == 3);
  CHECK(tool.topics == Texts{"orders", "check"});
}

TEST_CASE("without a verb the first one is meant") {
  Tool tool;
  const auto outcome = tool.parse({"orders", "check", "-n", "3"});
  REQUIRE(outcome);
  CHECK(outcome->verb_suggestion.empty());
  CHECK(tool.deed == Deed::list);
  CHECK(tool.topics == Texts{"orders", "check"});
}

TEST_CASE("an option of other verbs is refused, and the verbs that take it are named") {
  CHECK(Tool().refusal({"count", "--deep", "orders"}) ==
        "option --deep: count does not take it; check does; try 'estream-look count -h'");
  CHECK(Tool().refusal({"check", "-n", "3"}) ==
        "option --max: check does not take it; list and count do; try 'estream-look check -h'");
  CHECK(Tool().refusal({"--deep", "orders"}) ==
        "option --deep: without a verb it is list, which does not take it; check does; try "
        "'estream-look -h'");
}

TEST_CASE("a misspelt verb is suggested") {
  CHECK(Tool().parse({"cuont", "orders"})->verb_suggestion == "did you mean the verb count?");
  CHECK(Tool().parse({"che"})->verb_suggestion == "did you mean the verb check?");
  CHECK(Tool().parse({"tally", "orders"})->verb_suggestion == "did you mean the verb count?");
  CHECK(Tool().parse({"help"})->verb_suggestion == "try 'estream-look -h'");
  CHECK(Tool().parse({"list", "cuont"})->verb_suggestion.empty());
  CHECK(Tool().parse({})->verb_suggestion.empty());
  CHECK(contains(Tool().refusal({"chekc", "--deep"}), "; did you mean the verb check?"));
}

TEST_CASE("the help of a verb has its options alone") {
  CHECK(Tool().text({"count", "-h"}) == R"(Usage: estream-look count [OPTION]... TOPIC...
Counts.

Common options:
  -n, --max N               at most N
  -j, --json                as JSON

Examples:
  # how many
  estream-look count orders

'estream-look count --help' lists all options.
)");
  const std::string text = Tool().text({"orders", "--help", "check"});
  CHECK(contains(text, "Usage: estream-look [OPTION]"));  // The first operand is no verb.
  CHECK_FALSE(contains(Tool().text({"check", "--help"}), "--max"));
  CHECK(contains(Tool().text({"--help", "check"}), "--deep"));
}

TEST_CASE("the help of the tool lists the verbs, and says which options are not for all") {
  const std::string brief = Tool().text({"-h"});
  CHECK(
      contains(brief, "\nVerbs:\n  list      Lists.\n  count     Counts.\n  check     Checks.\n"));
  CHECK(contains(brief, "  -j, --json "));
  CHECK_FALSE(contains(brief, "--max"));
  CHECK(contains(brief, "'estream-look VERB -h' lists the options of a verb."));
  const std::string full = Tool().text({"--help"});
  CHECK(contains(full, "\nVerbs:\n"));
  CHECK(contains(full, "list, count: at most N\n"));
  CHECK(contains(full, "check: look twice\n"));
}

TEST_CASE("an unknown option is compared with those of the verb") {
  CHECK(Tool().refusal({"check", "--mxa"}) == "unknown option --mxa; try 'estream-look check -h'");
  CHECK(contains(Tool().refusal({"count", "--mxa"}), "--max is the nearest"));
}

TEST_CASE("the version is that of the tool") {
  CHECK(Tool().text({"count", "-V"}).starts_with("estream-look "));
}
