#include "cli/version.h"

#include <doctest/doctest.h>

#include <regex>

#include "cli/sample_table.h"

using namespace estream;
using namespace estream::cli;

TEST_CASE("the version is a number, with the commit behind it if that is known") {
  const std::regex form(R"(\d+\.\d+\.\d+( \([0-9a-f]{7,}(-dirty)?\))?)");
  CHECK_MESSAGE(std::regex_match(version(), form), version());
}

TEST_CASE("--version prints it") {
  Sample sample;
  CHECK(sample.parse({"--version"})->text == "estream-sample " + version() + "\n");
}
