#include "cli/option_parser.h"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace estream;
using namespace estream::cli;
using Texts = std::vector<std::string>;

static constexpr std::size_t from = 0;
static constexpr std::size_t quiet = 1;
static constexpr std::size_t order = 2;
static constexpr std::size_t null_delim = 3;

static ToolDescription small_tool() {
  ToolDescription tool;
  tool.tool = "estream-small";
  tool.options = {
      {{.letter = 'o', .name = "from", .argument = "POS", .aliases = {"start"}}, "", true, {}},
      {{.letter = 'q', .name = "quiet"}, "", false, {}},
      {{.name = "order", .argument = "WORD"}, "", true, {}},
      {{.letter = '0', .name = "null-delim"}, "", false, {}},
  };
  return tool;
}

static Result<ParsedArguments> parse(std::initializer_list<std::string_view> args,
                                     const ToolDescription& tool = small_tool()) {
  return parse_arguments(tool, Args(args.begin(), args.size()));
}

static std::string refusal(std::initializer_list<std::string_view> args) {
  const auto parsed = parse(args);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Error::Code::usage);
  return parsed.error().message;
}

TEST_CASE("options may stand anywhere among the operands") {
  const auto parsed = parse({"a", "-o", "5", "b", "--quiet", "c"});
  REQUIRE(parsed);
  CHECK(parsed->operands == Texts{"a", "b", "c"});
  CHECK(parsed->given[from] == Texts{"5"});
  CHECK(parsed->given[quiet].size() == 1);
  CHECK(parsed->given[order].empty());
}

TEST_CASE("a value may be the word true") {
  CHECK(parse({"--from=true"})->given[from] == Texts{"true"});
  CHECK(parse({"--from", "true"})->given[from] == Texts{"true"});
  CHECK(parse({"--nope=true"})->unknown == Texts{"--nope=true"});
}

TEST_CASE("a value may be attached, follow, or come after an equals sign") {
  CHECK(parse({"-o5"})->given[from] == Texts{"5"});
  CHECK(parse({"-o", "5"})->given[from] == Texts{"5"});
  CHECK(parse({"--from=5"})->given[from] == Texts{"5"});
  CHECK(parse({"--from", "5"})->given[from] == Texts{"5"});
  CHECK(parse({"--start=5"})->given[from] == Texts{"5"});
  CHECK(parse({"--from=a=b"})->given[from] == Texts{"a=b"});
}

TEST_CASE("a value may begin with a dash") {
  CHECK(parse({"-o", "-5"})->given[from] == Texts{"-5"});
  CHECK(parse({"-o-5"})->given[from] == Texts{"-5"});
  CHECK(parse({"--from", "-10m"})->given[from] == Texts{"-10m"});
  CHECK(parse({"-o", "2=-3"})->given[from] == Texts{"2=-3"});
  CHECK(parse({"-o", "-q"})->given[from] == Texts{"-q"});
  CHECK(parse({"-o", "--quiet"})->given[from] == Texts{"--quiet"});
  CHECK(parse({"-o", "--", "a"})->given[from] == Texts{"--"});
}

TEST_CASE("an empty value is a value and swallows nothing") {
  for (const auto& parsed :
       {parse({"--from=", "a"}), parse({"-o", "", "a"}), parse({"--from", "", "a"})}) {
    REQUIRE(parsed);
    CHECK(parsed->given[from] == Texts{""});
    CHECK(parsed->operands == Texts{"a"});
  }
  CHECK(parse({"-o", "--order="})->given[from] == Texts{"--order="});
  CHECK(parse({"", "a"})->operands == Texts{"", "a"});
}

TEST_CASE("letters may be bundled, the last with a value") {
  const auto parsed = parse({"-q0o5", "-qq", "-0"});
  REQUIRE(parsed);
  CHECK(parsed->given[quiet].size() == 3);
  CHECK(parsed->given[null_delim].size() == 2);
  CHECK(parsed->given[from] == Texts{"5"});
}

TEST_CASE("a dash inside a bundle is no option, and in a value no end of options") {
  const auto parsed = parse({"-q-", "a", "-o-5-7", "-o", "-1-2", "--", "-x-y"});
  REQUIRE(parsed);
  CHECK(parsed->unknown == Texts{"--"});
  CHECK(parsed->operands == Texts{"a", "-x-y"});
  CHECK(parsed->given[from] == Texts{"-5-7", "-1-2"});
}

TEST_CASE("repeated options keep all values in order") {
  CHECK(parse({"-o", "1", "--from=2", "-o3"})->given[from] == Texts{"1", "2", "3"});
}

TEST_CASE("brackets, commas, braces and a lone dash are plain text") {
  const auto parsed = parse({"[a,b]", "--order", "[x,y]", "-", "{}", "/q", "%%", "a b"});
  REQUIRE(parsed);
  CHECK(parsed->operands == Texts{"[a,b]", "-", "{}", "/q", "%%", "a b"});
  CHECK(parsed->given[order] == Texts{"[x,y]"});
}

TEST_CASE("dashes end the options") {
  const auto parsed = parse({"a", "--", "-q", "--", "--from=", "b"});
  REQUIRE(parsed);
  CHECK(parsed->operands == Texts{"a", "-q", "--", "--from=", "b"});
  CHECK(parsed->given[quiet].empty());
}

TEST_CASE("dashes begin the command of a tool that runs one") {
  ToolDescription tool = small_tool();
  tool.command_label = "COMMAND";
  const auto parsed = parse({"a", "-q", "--", "sh", "-c", "x", "--", "y"}, tool);
  REQUIRE(parsed);
  CHECK(parsed->operands == Texts{"a"});
  CHECK(parsed->command == Texts{"sh", "-c", "x", "--", "y"});
}

TEST_CASE("unknown options are reported as written, abbreviations among them") {
  const auto parsed = parse({"-x", "--nope=5", "--fro", "5", "-qy", "-7", "---q"});
  REQUIRE(parsed);
  CHECK(parsed->unknown == Texts{"-x", "--nope=5", "--fro", "-y", "-7", "---q"});
  CHECK(parsed->operands == Texts{"5"});
}

TEST_CASE("a missing value names the option") {
  CHECK(refusal({"a", "-o"}) == "option -o, --from needs a value: POS");
  CHECK(refusal({"a", "-qo"}) == "option -o, --from needs a value: POS");
  CHECK(refusal({"--order"}) == "option --order needs a value: WORD");
  CHECK(refusal({"--start"}) == "option -o, --from needs a value: POS");
}

TEST_CASE("a flag takes no value") {
  CHECK(refusal({"--quiet=no"}) == "option -q, --quiet takes no value; leave it out");
  CHECK(refusal({"--quiet=3"}) == "option -q, --quiet takes no value; leave it out");
  CHECK(refusal({"--quiet="}) == "option -q, --quiet takes no value; leave it out");
  CHECK(refusal({"--quiet=true"}) == "option -q, --quiet takes no value; leave it out");
  CHECK(refusal({"-q", "--quiet=false"}) == "option -q, --quiet takes no value; leave it out");
}
