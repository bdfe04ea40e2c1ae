#include "tool/produce/produce_options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "io/posix_system.h"

namespace estream::tool {

namespace {

Result<ProduceRequest> parse(std::vector<std::string_view> args) {
  static io::PosixSystem system;
  return parse_produce_options(system, args);
}

std::string refusal(std::vector<std::string_view> args) {
  const auto request = parse(std::move(args));
  if (request) return "";
  CHECK(request.error().code == Error::Code::usage);
  return request.error().message;
}

}  // namespace

TEST_CASE("the presets are those of the manual") {
  const auto request = parse({"-d", "/log", "orders"});
  REQUIRE(request);
  const ProduceOptions& options = request->options;
  CHECK(options.target.topic.root == "/log");
  CHECK(options.target.topic.name == "orders");
  CHECK(options.target.sync_level == log::SyncLevel::interval);
  CHECK(options.sync_interval_ns == 100'000'000);
  CHECK(options.build.codec == Codec::zstd);
  CHECK(options.build.level == 1);
  CHECK(options.build.batch_bytes == 1 << 20);
  CHECK(options.input.linger_ns == 5'000'000);
  CHECK(options.target.creates_topic);
}

TEST_CASE("options that contradict each other are refused in one sentence") {
  CHECK(refusal({"-k", "a", "-K", ".a", "t"}).find("one of -k, -K") != std::string::npos);
  CHECK(refusal({"-j", "--tee", "t"}).find("standard output") != std::string::npos);
  CHECK(refusal({"--format=text", "-K", ".a", "t"}).find("JSON") != std::string::npos);
  CHECK(refusal({"-J", "--format=text", "t"}).find("exclude") != std::string::npos);
  CHECK(refusal({"--producer", "a", "--partitioner", "sticky", "t"}).find("murmur2") !=
        std::string::npos);
  CHECK(refusal({"--reject-limit", "3", "t"}).find("--reject") != std::string::npos);
  CHECK(refusal({"--keep-partition", "t"}).find("-J") != std::string::npos);
  CHECK(refusal({"-f", "t"}).find("-i FILE") != std::string::npos);
}

TEST_CASE("--dedup needs a name, and events with a field") {
  const auto request =
      parse({"--producer", "pg1", "--dedup", "seq:.a.lsn", "--after", "16/B3", "t"});
  REQUIRE(request);
  CHECK(request->options.build.sequence_path->text == ".a.lsn");
  CHECK(request->options.after->to_text() == "16/B3");
  // Where an event goes decides nothing.
  CHECK(!request->options.build.places_by_content);
  CHECK(parse({"--producer", "a", "--dedup", "seq:.n", "--partitioner", "sticky", "t"}));
  const auto refused = [](std::vector<std::string_view> args, const char* why) {
    args.insert(args.begin(), {"--dedup", "seq:.n"});
    args.emplace_back("t");
    const std::string message = refusal(std::move(args));
    CAPTURE(message);
    CHECK(message.find(why) != std::string::npos);
  };
  refused({}, "give --producer NAME");
  refused({"--producer", "a.lock"}, "must not end with .lock");
  refused({"--producer", "a", "--format", "text"}, "JSON");
  refused({"--producer", "a", "-J"}, "JSON");
  refused({"--producer", "a", "-Z"}, "-Z");
  refused({"--producer", "a", "-k", "a", "--expect-last", "none"}, "exclude each other");
  refused({"--producer", "a", "--dry-run"}, "exclude each other");
  refused({"--producer", "a", "--after", "1.5"}, "HEX/HEX");
  CHECK(refusal({"--after", "5", "t"}).find("--dedup") != std::string::npos);
  CHECK(refusal({"--producer", "a", "--dedup", ".n", "t"}).find("seq:.id") != std::string::npos);
}

TEST_CASE("--expect-last needs one key, one partition and an input that ends") {
  const auto refused = [](std::vector<std::string_view> args) {
    args.insert(args.begin(), {"--expect-last", "5"});
    args.emplace_back("t");
    return refusal(std::move(args));
  };
  CHECK(refused({"-k", "a"}) == "");
  CHECK(refused({"-J"}) == "");
  CHECK(refused({"-K", ".a", "--producer", "x", "--sync", "none", "-n", "3"}) == "");
  CHECK(refused({}).find("give -k or -K") != std::string::npos);
  CHECK(refused({"-K", ".a", "--key-missing", "null"}).find("key-missing") != std::string::npos);
  CHECK(refused({"-k", "a", "--partitioner", "round-robin"}).find("murmur2") != std::string::npos);
  CHECK(refused({"-k", "a", "--partitioner", "sticky", "-p", "0"}) == "");
  CHECK(refused({"-J", "--keep-partition"}).find("exclude") != std::string::npos);
  CHECK(refused({"-k", "a", "--reject", "x"}).find("--reject") != std::string::npos);
  CHECK(refused({"-k", "a", "-f", "-i", "x"}).find("ends") != std::string::npos);
  CHECK(refused({"-k", "a", "-i", "x", "-i", "y"}).find("names 2") != std::string::npos);
  CHECK(refused({"-k", "a", "--dry-run"}).find("exclude") != std::string::npos);
}

TEST_CASE("a topic is made for --expect-last none, and not for an offset") {
  const auto with = [](std::string_view last) {
    const auto request = parse({"--expect-last", last, "-k", "a", "t"});
    REQUIRE(request);
    return request->options;
  };
  CHECK(!with("none").expected_last->offset);
  CHECK(with("none").target.creates_topic);
  CHECK(with("7").expected_last->offset == Offset{7});
  CHECK(!with("7").target.creates_topic);
  for (const char* last : {"-1", "", "x", "9223372036854775807"}) {
    CHECK(refusal({"--expect-last", last, "-k", "a", "t"}).find("none") != std::string::npos);
  }
}

TEST_CASE("--max-lag takes groups with their limits, and -T is the time for both waits") {
  const auto request = parse({"--max-lag", "a=5", "--max-lag", "b=10k", "-T", "3s", "t"});
  REQUIRE(request);
  const ProduceOptions& options = request->options;
  REQUIRE(options.lag_limits.size() == 2);
  CHECK(options.lag_limits[1].group == "b");
  CHECK(options.lag_limits[1].events_max == 10'000);
  CHECK(options.on_full == OnFull::wait);
  CHECK(options.lag_timeout_ns == 3'000'000'000);
  CHECK(options.target.lock_timeout_ns == 3'000'000'000);
  const auto untimed = parse({"--max-lag", "a=5", "--on-full", "fail", "t"});
  REQUIRE(untimed);
  CHECK(untimed->options.on_full == OnFull::fail);
  CHECK(!untimed->options.lag_timeout_ns);
  CHECK(untimed->options.target.lock_timeout_ns == 10'000'000'000);
  CHECK(refusal({"--on-full", "wait", "t"}).find("--max-lag") != std::string::npos);
  for (const char* limit : {"a", "a=", "a=x", "=5", "../a=5"}) {
    CHECK(refusal({"--max-lag", limit, "t"}) != "");
  }
}

TEST_CASE("values out of range are refused with what to write") {
  CHECK(refusal({"-z", "zstd:20", "t"}).find("1 to 19") != std::string::npos);
  CHECK(refusal({"-z", "lz4", "t"}).find("write zstd") != std::string::npos);
  CHECK(refusal({"--sync", "always", "t"}).find("interval") != std::string::npos);
  CHECK(refusal({"--partitions", "0", "t"}).find("1 to") != std::string::npos);
  CHECK(refusal({"--segment-bytes", "3G", "t"}).find("2147483647") != std::string::npos);
  CHECK(refusal({"../x"}).find("'..'") != std::string::npos);
}

TEST_CASE("-h fits a screen") {
  const auto request = parse({"-h"});
  REQUIRE(request);
  CHECK(std::ranges::count(request->outcome.text, '\n') <= 40);
}

}  // namespace estream::tool
