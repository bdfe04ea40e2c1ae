#include "tool/inspect/inspect_options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "io/posix_system.h"

using namespace estream;
using namespace estream::tool;

namespace {

Result<Command<InspectOptions>> parse(std::initializer_list<std::string_view> args) {
  const std::vector<std::string_view> list(args);
  static io::PosixSystem system;
  return parse_inspect_options(system, list);
}

InspectOptions options(std::initializer_list<std::string_view> args) {
  const auto command = parse(args);
  if (!command) FAIL(command.error().message);
  return command->options;
}

std::string refusal(std::initializer_list<std::string_view> args) {
  const auto command = parse(args);
  REQUIRE(!command);
  CHECK(command.error().code == Error::Code::usage);
  return command.error().message;
}

}  // namespace

TEST_CASE("without a verb it is topics") {
  CHECK(options({}).verb == InspectVerb::topics);
  CHECK(options({}).request.sources.topics.empty());
  const InspectOptions named = options({"orders", "-t", "other"});
  CHECK(named.verb == InspectVerb::topics);
  CHECK(named.request.sources.topics == std::vector<std::string>{"orders", "other"});
  CHECK(options({"topics", "keys"}).request.sources.topics == std::vector<std::string>{"keys"});
}

TEST_CASE("expect takes its expression before the topics") {
  const InspectOptions expect = options({"expect", "count == 3", "-T", "1s", "orders"});
  CHECK(expect.expression == "count == 3");
  CHECK(expect.request.sources.topics == std::vector<std::string>{"orders"});
  CHECK(expect.timeout_ns == 1'000'000'000);
  refusal({"expect"});
  refusal({"expect", "count == 3"});
}

TEST_CASE("an option belongs to its verbs") {
  CHECK(refusal({"keys", "--by", "1h", "t"}) ==
        "option --by: keys does not take it; hist does; try 'estream-inspect keys -h'");
  refusal({"topics", "-n", "3"});
  refusal({"verify", "--watch", "1s"});
  refusal({"offsets", "-w", ".a"});
  refusal({"-T", "1s"});
  CHECK(options({"hist", "-f"}).watch_ns == 1'000'000'000);
  CHECK(options({"offsets", "-S", "today"}).request.times.since.has_value());
}

TEST_CASE("a misspelt verb is a usage error, and a topic where there is one is not") {
  CHECK(refusal({"-d", "/nowhere", "tpics"}).ends_with("; did you mean the verb topics?"));
  CHECK(options({"-d", "/nowhere", "-r", "tpics"}).request.sources.topics.size() == 1);
  CHECK(options({"-d", "/nowhere", "topics", "tpics"}).request.sources.topics.size() == 1);
  CHECK(options({"-d", "/nowhere", "orders"}).request.sources.topics.size() == 1);
}

TEST_CASE("keys and schema need a topic") {
  refusal({"keys"});
  refusal({"schema"});
}

TEST_CASE("a length of zero is no bucket") { refusal({"hist", "--by", "0s"}); }

TEST_CASE("the short help fits a screen, of each verb as well") {
  for (const std::string_view verb : {"", "topics", "offsets", "segments", "batches", "keys",
                                      "hist", "schema", "verify", "expect"}) {
    CAPTURE(verb);
    const auto command = verb.empty() ? parse({"-h"}) : parse({verb, "-h"});
    REQUIRE(command);
    CHECK(std::ranges::count(command->outcome.text, '\n') <= 40);
  }
}
