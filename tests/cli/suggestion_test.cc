#include "cli/suggestion.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::cli;

static std::string answer(std::string_view given, std::string_view tool_name = "estream-consume") {
  ToolDescription tool;
  tool.tool = tool_name;
  tool.options = {
      {{.letter = 'o', .name = "from", .argument = "POS"}, "", true, {}},
      {{.letter = 'p', .name = "partition", .argument = "LIST"}, "", true, {}},
      {{.name = "to", .argument = "POS"}, "", true, {}},
      {{.letter = 'q', .name = "quiet"}, "", false, {}},
  };
  const Error error = unknown_option(given, tool);
  CHECK(error.code == Error::Code::usage);
  return error.message;
}

TEST_CASE("a misspelled name is corrected") {
  CHECK(answer("--form") ==
        "unknown option --form: --from is the nearest; try 'estream-consume -h'");
  CHECK(answer("--qiuet=1") ==
        "unknown option --qiuet: --quiet is the nearest; try 'estream-consume -h'");
  CHECK(answer("--partitions=3") ==
        "unknown option --partitions: --partition is the nearest; try 'estream-consume -h'");
}

TEST_CASE("an abbreviation is completed, not accepted") {
  CHECK(answer("--part") ==
        "unknown option --part: --partition is the nearest; try 'estream-consume -h'");
}

TEST_CASE("a far-off name is not guessed") {
  CHECK(answer("--bootstrap") == "unknown option --bootstrap; try 'estream-consume -h'");
  CHECK(answer("--x") == "unknown option --x; try 'estream-consume -h'");
  CHECK(answer("---") == "unknown option ---; try 'estream-consume -h'");
}

TEST_CASE("a letter in the wrong case is corrected") {
  CHECK(answer("-O") == "unknown option -O: -o, --from is the nearest; try 'estream-consume -h'");
  CHECK(answer("-y5") == "unknown option -y; try 'estream-consume -h'");
}

TEST_CASE("the habits of kcat are answered") {
  CHECK(answer("-C") ==
        "unknown option -C: reading is the default; leave -C out; "
        "try 'estream-consume -h'");
  CHECK(answer("-P").find("estream-produce writes") != std::string::npos);
  CHECK(answer("-C", "estream-produce").find("estream-consume reads") != std::string::npos);
  CHECK(answer("-P", "estream-produce").find("leave -P out") != std::string::npos);
  CHECK(answer("-b").find("-d DIR") != std::string::npos);
  CHECK(answer("-e").find("ending at the end is the default") != std::string::npos);
  CHECK(answer("-Q").find("estream-consume -S TIME") != std::string::npos);
}
