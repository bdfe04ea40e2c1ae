#include "cli/completion.h"

#include <doctest/doctest.h>

#include "cli/sample_table.h"

using namespace estream::cli;

// What the scripts do is tried in the shells themselves, by tests/shell/completion.sh.

static std::string script(std::string_view shell) {
  Sample sample;
  const auto outcome = sample.parse({"--completion", shell});
  REQUIRE(outcome);
  return outcome->text;
}

TEST_CASE("every script names every option and no template mark") {
  for (const std::string_view shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    const std::string text = script(shell);
    for (const std::string_view name : {"from", "order", "null-delim", "completion", "verbose"}) {
      CAPTURE(name);
      CHECK(text.find(name) != std::string::npos);
    }
    for (const std::string_view mark : {"@F@", "@TOOL@", "@DIR@", "BEHIND_DASHES"}) {
      CHECK(text.find(mark) == std::string::npos);
    }
  }
}

TEST_CASE("help texts with quotes and brackets are escaped") {
  CHECK(script("zsh").find("it'\\''s \\[k\\:\\] or '\\''v\\:'\\''") != std::string::npos);
  CHECK(script("fish").find("-d 'it\\'s [k:] or \\'v:\\''") != std::string::npos);
}

TEST_CASE("only three shells are known") {
  CHECK(shell_from_name("bash") == Shell::bash);
  CHECK(shell_from_name("zsh") == Shell::zsh);
  CHECK(shell_from_name("fish") == Shell::fish);
  CHECK_FALSE(shell_from_name("sh"));
}
