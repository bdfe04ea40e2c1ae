#include "tool/replay/replay_options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "io/posix_system.h"

using namespace estream;
using namespace estream::tool;

namespace {

using Job = ReplayOptions::Job;
using Kind = PaceOptions::Kind;

Result<Command<ReplayOptions>> parse(std::vector<std::string_view> args) {
  args.insert(args.end(), {"-d", "/nowhere", "orders"});
  static io::PosixSystem system;
  return parse_replay_options(system, args);
}

ReplayOptions options(std::vector<std::string_view> args) {
  auto command = parse(std::move(args));
  if (!command) FAIL(command.error().message);
  return command->options;
}

std::string refused(std::vector<std::string_view> args) {
  const auto command = parse(std::move(args));
  REQUIRE(!command);
  CHECK(command.error().code == Error::Code::usage);
  return command.error().message;
}

}  // namespace

TEST_CASE("the short help fits on a screen") {
  const auto command = parse({"-h"});
  REQUIRE(command);
  CHECK(std::ranges::count(command->outcome.text, '\n') <= 40);
}

TEST_CASE("a replay has the pace of the events, a copy is as fast as it goes") {
  CHECK(options({}).job == Job::print);
  CHECK(options({}).pace.kind == Kind::original);
  CHECK(options({}).pace.speed == 1);
  CHECK(options({"--into", "copy"}).job == Job::copy);
  CHECK(options({"--into", "copy"}).pace.kind == Kind::unlimited);
  CHECK(options({"--into", "copy", "-s", "1x"}).pace.kind == Kind::original);
  CHECK(options({"--into", "copy", "--max-gap", "1s"}).pace.kind == Kind::original);
}

TEST_CASE("speeds") {
  CHECK(options({"-s", "10x"}).pace.speed == 10);
  CHECK(options({"-s", "0.25"}).pace.speed == 0.25);
  CHECK(options({"-s", "max"}).pace.kind == Kind::unlimited);
  for (const char* text : {"0", "-1", "x", "", "1xx", "1e3", "nan", "inf"}) {
    CAPTURE(text);
    CHECK(refused({"-s", text}).starts_with("option --speed: "));
  }
  CHECK(refused({"-s", "2", "--step"}).find("give only one") != std::string::npos);
  CHECK(refused({"--rate", "5/s", "--max-gap", "1s"}).find("--max-gap") != std::string::npos);
}

TEST_CASE("each job refuses the options of the others") {
  CHECK(refused({"-L", "--into", "copy"}) == "option --into: does not go with --latest-by-key");
  CHECK(refused({"--branch", "b", "-S", "@1"}).find("--branch") != std::string::npos);
  CHECK(refused({"-L", "--step"}).find("--step") != std::string::npos);
  CHECK(refused({"--bisect", "x", "-j"}).find("--json") != std::string::npos);
  CHECK(refused({"--include-deleted"}).find("--include-deleted") != std::string::npos);
  CHECK(refused({"-K", ".a"}).find("--rekey") != std::string::npos);
  CHECK(options({"--bisect", "x", "-L"}).wants_state);
}

TEST_CASE("a copy takes keys, headers, times and places") {
  const ReplayOptions copy = options({"--into", "./other/copy", "--repartition", "8", "-K", ".id",
                                      "-H", "a=b", "--retime", "-90m", "-z", "none"});
  CHECK(copy.copy.target.topic.name == "copy");
  CHECK(copy.copy.target.partitions == 8);
  CHECK(copy.copy.key_field->text == ".id");
  CHECK(copy.copy.headers.count == 1);
  CHECK(copy.copy.retime.kind == Retime::Kind::shift);
  CHECK(copy.copy.retime.shift_ms == -90 * 60 * 1000);
  CHECK(copy.copy.codec == Codec::none);
  CHECK(refused({"--into", "copy", "--retime", "1h"}).find("+1h") != std::string::npos);
  CHECK(refused({"--into", "copy:0"}).find("names partitions") != std::string::npos);
}

TEST_CASE("a dry run may report in JSON, whatever would be written") {
  CHECK(options({"--dry-run", "-j"}).is_json);
  CHECK(options({"--dry-run", "-j", "--into", "copy"}).is_dry_run);
  CHECK(refused({"-j", "--into", "copy"}).find("--json") != std::string::npos);
}
