#include "tool/consume/consume_options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "io/posix_system.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

Result<Command<ConsumeOptions>> parse(std::vector<std::string_view> args) {
  args.insert(args.end(), {"-d", "/nowhere"});
  static io::PosixSystem system;
  return parse_consume_options(system, args);
}

ConsumeOptions parsed(std::vector<std::string_view> args) {
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

TEST_CASE("a topic prints its values, a line each, to the end") {
  const ConsumeOptions options = parsed({"orders"});
  CHECK(options.request.sources.topics == std::vector<std::string>{"orders"});
  CHECK(options.shape.kind == RecordShape::Kind::value);
  CHECK(options.shape.delimiter == "\n");
  CHECK(!options.follows);
  CHECK(options.sink.action == SinkOptions::Action::print);
}

TEST_CASE("an unfiltered count needs headers only, a filtered one needs the records") {
  CHECK(parsed({"-c", "t"}).feed.counting == Counting::by_batch);
  CHECK(parsed({"-c", "-S", "@1", "t"}).feed.counting == Counting::by_batch);
  CHECK(parsed({"-c", "-k", "x", "t"}).feed.counting == Counting::by_record);
}

TEST_CASE("quiet asks a question only with a filter") {
  CHECK(parsed({"-q", "t"}).sink.action == SinkOptions::Action::print);
  CHECK(parsed({"-q", "-k", "x", "t"}).sink.action == SinkOptions::Action::find);
  CHECK(parsed({"-qc", "-k", "x", "t"}).sink.action == SinkOptions::Action::find);
}

TEST_CASE("a length of time goes with one end of the window") {
  const TimeRange from = parsed({"-S", "@1000", "--for", "2s", "t"}).request.times;
  CHECK(from.since == Timestamp{1'000'000});
  CHECK(from.until == Timestamp{1'002'000});
  const TimeRange to = parsed({"-U", "@1000", "--for", "2s", "t"}).request.times;
  CHECK(to.since == Timestamp{998'000});
  CHECK(to.until == Timestamp{1'000'000});
  refused({"--for", "2s", "t"});
  refused({"-S", "@1", "-U", "@2", "--for", "2s", "t"});
}

TEST_CASE("a format ends in nothing but what it says") {
  CHECK(parsed({"-F", "%v", "t"}).shape.delimiter.empty());
  CHECK(parsed({"-F", "%v", "-0", "t"}).shape.delimiter == std::string(1, '\0'));
  CHECK(parsed({"-F", "%v", "t"}).shape.is_numbered == false);
  CHECK(parsed({"-F", "%i", "t"}).shape.is_numbered);
}

TEST_CASE("options that contradict each other are refused") {
  CHECK(refused({"-j", "-F", "%v", "t"}) == "options --json and --format: give only one of them");
  refused({"-0", "-D", ";", "t"});
  refused({"--no-value", "t"});
  refused({"--idle", "1s", "t"});
  refused({"--tail", "3", "-F", "%i", "t"});
  refused({"--delimiter-in-value=json", "-D", ";", "t"});
  refused({"-o", "stored", "t"});
  refused({});
}
