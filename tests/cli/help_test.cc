#include "cli/help.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/sample_table.h"

using namespace estream::cli;

static std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("short help is one screen of common options and three examples") {
  CHECK(Sample().table.short_help() ==
        R"(Usage: estream-sample [OPTION]... TOPIC...
Try every kind of option; do nothing.

Common options:
  -o, --from POS            start at POS: earliest, latest, stored, an offset,
                            +N, -N, or @TIME; PARTITION=POS for one partition
  -f, --follow              at the end, wait

Examples:
  # print all records
  estream-sample orders
  # print the last five of each partition
  estream-sample -o -5 orders
  # print ten minutes, and what follows
  estream-sample -f -S -10m orders

'estream-sample --help' lists all options.
)");
}

TEST_CASE("long help shows every option under its heading, the general ones last") {
  const std::string text = Sample().table.long_help();
  const std::size_t selecting = text.find("\nSelecting:\n");
  const std::size_t output = text.find("\nOutput:\n");
  const std::size_t general = text.find("\nGeneral:\n");
  REQUIRE(general != std::string::npos);
  CHECK(selecting < output);
  CHECK(output < general);
  CHECK(text.find("  -G, --grep F:RE ") < output);
  CHECK(text.find("      --order time|offset ") > output);
  CHECK(text.find("  -h                        print the common") > general);
  CHECK(text.find("--start") == std::string::npos);
  CHECK(text.find("# mix two topics by time") != std::string::npos);
}

TEST_CASE("no line of help is wider than 80 columns, and none ends in a blank") {
  for (const std::string& line : lines_of(Sample().table.long_help())) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
    CHECK_FALSE(line.ends_with(' '));
  }
}

TEST_CASE("a long name gets a line of its own") {
  ToolDescription tool;
  tool.tool = "t";
  tool.options = {
      {{.name = "a-very-long-option-name", .argument = "VALUE", .help = "x"}, "", true, {}}};
  CHECK(long_help(tool).find("      --a-very-long-option-name VALUE\n"
                             "                            x\n") != std::string::npos);
}

TEST_CASE("a paragraph is wrapped between words") {
  const std::string word(30, 'w');
  CHECK(wrapped(word + " " + word + " " + word) == word + " " + word + "\n" + word + "\n");
  CHECK(wrapped("one") == "one\n");
}
