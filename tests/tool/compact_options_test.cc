#include "tool/compact/compact_options.h"

#include <doctest/doctest.h>

#include <sstream>

#include "io/posix_system.h"

using namespace estream;
using namespace estream::tool;

namespace {

Result<Command<CompactOptions>> parse(const std::string& line) {
  static std::vector<std::string> words;
  words.clear();
  std::istringstream stream("-d /tmp " + line);
  for (std::string word; stream >> word;) words.push_back(word);
  const std::vector<std::string_view> args(words.begin(), words.end());
  static io::PosixSystem system;
  return parse_compact_options(system, args);
}

CompactOptions good(const std::string& line) {
  auto command = parse(line);
  if (!command) FAIL(command.error().message);
  return command->options;
}

std::string bad(const std::string& line) {
  const auto command = parse(line);
  REQUIRE(!command);
  CHECK(command.error().code == Error::Code::usage);
  return command.error().message;
}

}  // namespace

TEST_CASE("limits of retention are read, journalctl's names included") {
  const CompactOptions options =
      good("--max-age 2h --vacuum-size 1K --vacuum-files=3 --max-records 10k --before 5 t");
  CHECK(options.plan.limits.max_age_ms == 7'200'000);
  CHECK(options.plan.limits.max_bytes == 1024);
  CHECK(options.plan.limits.max_segments == 3);
  CHECK(options.plan.limits.max_records == 10'000);
  CHECK(options.plan.before.size() == 1);
  CHECK(options.plan.deletes());
}

TEST_CASE("unread events can be kept from what deletes, and not from an erasure") {
  for (const char* what : {"--max-age 1d", "--before 5", "--policy", "-L"}) {
    CHECK(good("--keep-unread " + std::string(what) + " t").keeps_unread);
  }
  CHECK(!good("--policy t").keeps_unread);
  CHECK(bad("--keep-unread --roll t").find("needs an option that deletes") != std::string::npos);
  CHECK(bad("--keep-unread t").find("needs an option that deletes") != std::string::npos);
  CHECK(bad("--keep-unread --drop -k a t").find("run it on its own") != std::string::npos);
}

TEST_CASE("without a limit there is nothing to do") {
  for (const char* line : {"t", "--dry-run t", "-q --all"}) {
    CHECK(bad(line).find("say what to do") != std::string::npos);
  }
  CHECK(!good("--roll t").plan.does_nothing());
  CHECK(good("--policy --all").follows_policy);
}

TEST_CASE("key compaction keeps tombstones for a day and refuses events without a key") {
  const CompactOptions options = good("-L t");
  REQUIRE(options.plan.keys);
  CHECK(options.plan.keys->keep_tombstones_ms == 86'400'000);
  CHECK(options.plan.keys->null_keys == log::NullKeys::refuse);
  CHECK(options.plan.keys->min_dirty == 0);
  CHECK(good("-L --keep-tombstones 0s --null-keys=drop --min-dirty 0.5 t").plan.keys->min_dirty ==
        0.5);
}

TEST_CASE("contradictions are refused") {
  CHECK(bad("--max-age 1d").starts_with("TOPIC: "));
  CHECK(bad("--all --max-age 1d t").starts_with("option --all: "));
  CHECK(bad("--drop t").starts_with("option --drop: "));
  CHECK(bad("-k x t").find("--drop") != std::string::npos);
  CHECK(bad("--policy --max-age 1d t").starts_with("option --policy: "));
  CHECK(bad("-L --drop -k x t").find("one after the other") != std::string::npos);
  CHECK(bad("--min-dirty 0.5 t").find("need -L") != std::string::npos);
  CHECK(bad("--null-keys=drop t").find("needs -L") != std::string::npos);
  CHECK(bad("--set retention=1d --roll t").starts_with("option --set: "));
  CHECK(bad("-z gzip t").find("zstd:LEVEL") != std::string::npos);
  CHECK(bad("-z zstd:20 t").find("zstd:LEVEL") != std::string::npos);
  CHECK(bad("--before sometime t").find("--before") != std::string::npos);
}

TEST_CASE("the short help fits on a screen") {
  const auto command = parse("-h");
  REQUIRE(command);
  CHECK(std::ranges::count(command->outcome.text, '\n') <= 40);
}
