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
  CHECK(answer("-l", "estream-produce").find("-i FILE reads") != std::string::npos);
  CHECK(answer("-l").find("-i FILE") == std::string::npos);
  CHECK(answer("-K").find("-F '%k:%v\\n'") != std::string::npos);
  CHECK(answer("-L").find("estream-inspect lists topics") != std::string::npos);
  CHECK(answer("-Xa=b") ==
        "unknown option -X: there is no broker, and nothing to set for one; "
        "try 'estream-consume -h'");
}

TEST_CASE("the habits of Kafka's scripts and rpk are answered, and not with a guess") {
  CHECK(answer("--from-beginning").find("the beginning is the default") != std::string::npos);
  CHECK(answer("--bootstrap-server=x:9092").find("-d DIR") != std::string::npos);
  CHECK(answer("--brokers").find("-d DIR") != std::string::npos);
  CHECK(answer("--max-messages").find("-n N") != std::string::npos);
  CHECK(answer("--offset").find("-o POS") != std::string::npos);
  CHECK(answer("--consumer-group").find("-g GROUP") != std::string::npos);
  CHECK(answer("--group", "estream-replay").find("estream-consume -g") != std::string::npos);
  CHECK(answer("-g", "estream-replay").find("estream-consume -g") != std::string::npos);
  CHECK(answer("-g", "estream-replay").find("nearest") == std::string::npos);
  CHECK(answer("--from-begin") == "unknown option --from-begin; try 'estream-consume -h'");
  CHECK(answer("-s").find("values are printed as they are stored") != std::string::npos);
  CHECK(answer("--whitelist").find("-r takes the topics") != std::string::npos);
  CHECK(answer("--isolation-level").find("--uncommitted") != std::string::npos);
  CHECK(answer("--acks", "estream-produce").find("--sync says") != std::string::npos);
  CHECK(answer("--file=x", "estream-produce").find("-i FILE") != std::string::npos);
  CHECK(answer("--alter", "estream-compact").find("--set NAME=VALUE") != std::string::npos);
  CHECK(answer("--delete", "estream-compact").find("--drop erases") != std::string::npos);
  CHECK(answer("--group", "estream-inspect").find("estream-inspect lag") != std::string::npos);
}
